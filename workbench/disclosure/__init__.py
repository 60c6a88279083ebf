"""What may be released, and what a release must say about itself."""
