"""Reading a statement: what it names, and whether a workspace accepts it."""
