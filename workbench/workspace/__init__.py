"""The database of a grant: its key, its building, and the locked-down process that opens it."""
