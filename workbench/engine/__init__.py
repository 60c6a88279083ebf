"""Opening DuckDB: the trusted builder, and the locked-down reader of a workspace."""
