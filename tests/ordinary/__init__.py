"""What analysts do all day: it has to work through the gateway as it works in plain DuckDB."""
