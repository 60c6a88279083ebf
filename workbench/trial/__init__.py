"""A throw-away city: what a grant must and must not let through, tried on the real path."""
