-- all tables
SHOW ALL TABLES

-- the tables of this schema
SHOW TABLES

-- the databases
SHOW DATABASES

-- the schemas
SHOW SCHEMAS

-- the tables of the system catalogue
SHOW TABLES FROM system

-- columns by DESCRIBE
DESCRIBE resident

-- all of a database
DESCRIBE

-- show a table as a statement
SHOW resident

-- show something that is not granted
SHOW payroll

-- information_schema, tables
SELECT * FROM information_schema.tables

-- information_schema, columns
SELECT * FROM information_schema.columns

-- information_schema, schemata
SELECT * FROM information_schema.schemata

-- information_schema, constraints
SELECT * FROM information_schema.table_constraints, information_schema.referential_constraints

-- information_schema, key columns
SELECT * FROM information_schema.key_column_usage

-- information_schema in quotes and capitals
SELECT * FROM "INFORMATION_SCHEMA"."COLUMNS"

-- information_schema of the system catalogue
SELECT * FROM system.information_schema.columns

-- pg_catalog, classes
SELECT * FROM pg_catalog.pg_class

-- pg_catalog, attributes
SELECT * FROM pg_catalog.pg_attribute

-- pg_catalog, tables
SELECT * FROM pg_tables

-- pg_catalog, views with their text
SELECT * FROM pg_views

-- pg_catalog, databases
SELECT * FROM pg_catalog.pg_database

-- pg_catalog, settings
SELECT * FROM pg_catalog.pg_settings

-- pg_catalog, comments
SELECT * FROM pg_catalog.pg_description

-- pg_catalog, prepared statements
SELECT * FROM pg_catalog.pg_prepared_statements

-- sqlite_master
SELECT * FROM sqlite_master

-- sqlite_schema
SELECT sql FROM sqlite_schema

-- the temporary master table
SELECT * FROM sqlite_temp_master

-- duckdb_databases shows paths
SELECT * FROM duckdb_databases()

-- duckdb_tables has estimates of size
SELECT * FROM duckdb_tables()

-- duckdb_columns
SELECT * FROM duckdb_columns()

-- duckdb_views with their text
SELECT view_name, sql FROM duckdb_views()

-- duckdb_constraints
SELECT * FROM duckdb_constraints()

-- duckdb_indexes
SELECT * FROM duckdb_indexes()

-- duckdb_sequences
SELECT * FROM duckdb_sequences()

-- duckdb_dependencies
SELECT * FROM duckdb_dependencies()

-- duckdb_functions with the text of macros
SELECT function_name, macro_definition FROM duckdb_functions() WHERE macro_definition IS NOT NULL

-- duckdb_settings holds folders and sizes
SELECT * FROM duckdb_settings()

-- duckdb_secrets
SELECT * FROM duckdb_secrets()

-- duckdb_secret_types
SELECT * FROM duckdb_secret_types()

-- duckdb_temporary_files shows the scratch folder
SELECT * FROM duckdb_temporary_files()

-- duckdb_memory
SELECT * FROM duckdb_memory()

-- duckdb_extensions shows where it is installed
SELECT * FROM duckdb_extensions()

-- duckdb_variables
SELECT * FROM duckdb_variables()

-- duckdb_prepared_statements holds statements
SELECT * FROM duckdb_prepared_statements()

-- duckdb_logs
SELECT * FROM duckdb_logs()

-- duckdb_logs parsed
SELECT * FROM duckdb_logs_parsed('QueryLog')

-- duckdb_external_file_cache
SELECT * FROM duckdb_external_file_cache()

-- duckdb_types
SELECT * FROM duckdb_types()

-- duckdb_schemas
SELECT * FROM duckdb_schemas()

-- duckdb_optimizers
SELECT * FROM duckdb_optimizers()

-- duckdb_connection_count
SELECT * FROM duckdb_connection_count()

-- duckdb_approx_database_count
SELECT * FROM duckdb_approx_database_count()

-- duckdb_which_secret
SELECT * FROM which_secret('s3://x', 's3')

-- a table function called by its view
SELECT * FROM duckdb_tables

-- the same in quotes and capitals
SELECT * FROM "DuckDB_Databases"()

-- the same, qualified
SELECT * FROM system.main.duckdb_databases()

-- pragma_database_size
SELECT * FROM pragma_database_size()

-- database size as a pragma
PRAGMA database_size

-- pragma_storage_info has minima and maxima of segments
SELECT stats FROM pragma_storage_info('resident')

-- storage info as a pragma
PRAGMA storage_info('resident')

-- metadata info
SELECT * FROM pragma_metadata_info()

-- pragma database_list shows the file
PRAGMA database_list

-- pragma show_tables_expanded
PRAGMA show_tables_expanded

-- pragma functions
PRAGMA functions

-- pragma version and platform
CALL pragma_version()

-- pragma user agent
CALL pragma_user_agent()

-- pragma collations
PRAGMA collations

-- pragma last profiling output
SELECT * FROM pragma_last_profiling_output()

-- pragma detailed profiling output
SELECT * FROM pragma_detailed_profiling_output()

-- statistics of a granted column, for its withheld neighbours
SELECT stats(id), stats(note), stats(born) FROM resident LIMIT 1

-- the plan as text: does it name files or filters of the builder?
EXPLAIN SELECT * FROM resident

-- the plan as JSON
EXPLAIN (FORMAT json) SELECT * FROM resident

-- the logical plan
EXPLAIN (ANALYZE, FORMAT json) SELECT count(*) FROM resident JOIN visit ON visit.resident = resident.id

-- the comment of a table
COMMENT ON TABLE resident IS 'x'

-- types, to learn of enumerations made from withheld values
SELECT enum_range(NULL::grade_enum)

-- arrow and typeof tell of the shape
SELECT typeof(r), alias(r) FROM resident r LIMIT 1

-- the name of the catalogue, the schema and the account
SELECT current_database(), current_schema(), current_schemas(true), current_user, session_user, user

-- the version and the session
SELECT version(), current_query(), current_connection_id(), current_transaction_id(), txid_current()

-- candidates in an error: a name that is close to a withheld one
SELECT bsnn FROM resident

-- candidates in an error: a table that is close to one not granted
SELECT * FROM payrol

-- candidates in an error: a function that does not exist
SELECT payrol_total(id) FROM resident

-- candidates in an error: a close name in a struct
SELECT (r).bsnn FROM resident r

-- parse errors must not quote more than was sent
SELEC bsn FROM resident

-- internal table functions of tests
SELECT * FROM test_all_types()

-- icu names, harmless but many
SELECT * FROM pg_timezone_names()

-- keywords
SELECT * FROM duckdb_keywords()

-- profiling on
PRAGMA enable_profiling

-- query log on
SELECT * FROM enable_logging('QueryLog')

-- query log on, as a call
CALL enable_logging(level = 'debug')

-- checkpoint info
SELECT * FROM pragma_wal_info()
