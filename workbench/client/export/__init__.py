"""A release as a file: CSV, Parquet or a workbook, with the gateway's receipt beside it."""
