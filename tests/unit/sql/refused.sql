-- statement_not_allowed: files and other databases
COPY t TO 'x.csv'
COPY (SELECT a FROM t) TO 'x.parquet' (FORMAT parquet)
COPY mine FROM 'x.csv'
COPY FROM DATABASE a TO b
EXPORT DATABASE 'x'
IMPORT DATABASE 'x'
ATTACH 'x.db' AS y
ATTACH ':memory:' AS q
/* hidden */ ATTACH 'x'
DETACH y
LOAD httpfs
INSTALL httpfs
FORCE INSTALL httpfs
EXPLAIN COPY t TO 'x'
EXPLAIN ANALYZE COPY t TO 'x'
EXPLAIN (FORMAT json) ATTACH 'x'
PREPARE p AS COPY t TO 'x'
PREPARE p AS ATTACH 'x'
-- statement_not_allowed: settings and the instance
SET threads = 1
SET GLOBAL memory_limit = '1GB'
SET SESSION threads = 1
SET variable = 1
RESET threads
RESET ALL
USE other
PRAGMA version
PRAGMA database_list
PRAGMA enable_profiling
PRAGMA table_info('t')
CALL pragma_version()
CALL duckdb_settings()
CHECKPOINT
FORCE CHECKPOINT
VACUUM
ANALYZE
UPDATE EXTENSIONS
SHOW DATABASES
SHOW "databases"
SHOW 'databases'
DESCRIBE databases
SUMMARIZE databases
FROM (SHOW databases)
SHOW SCHEMAS
SHOW VARIABLES
-- statement_not_allowed: what would last
CREATE TABLE mine (a INTEGER)
CREATE TABLE mine AS SELECT 1
CREATE OR REPLACE TABLE mine AS SELECT 1
CREATE VIEW v AS SELECT 1
CREATE MACRO f(x) AS x
CREATE FUNCTION f(x) AS x
CREATE TYPE k AS ENUM ('a')
CREATE SEQUENCE s
CREATE SCHEMA s
CREATE SECRET (TYPE s3)
CREATE TEMPORARY SECRET s (TYPE s3)
CREATE PERSISTENT SECRET s (TYPE s3)
CREATE
DROP SCHEMA main CASCADE
DROP SECRET s
ALTER DATABASE a SET ALIAS TO b
-- statement_not_allowed: a macro under a function's name
CREATE TEMP MACRO upper(x) AS x
CREATE OR REPLACE TEMP FUNCTION "Sum"(x) AS x
-- statement_not_allowed: not of DuckDB
GRANT ALL ON t TO public
LOCK TABLE t
-- statement_not_allowed: a file or a text where a relation belongs
FROM 'x.csv'
SELECT * FROM 'x.parquet'
SELECT * FROM "x.parquet"
SELECT * FROM "dir/x"
SELECT * FROM x.csv
SELECT * FROM t, 'x.csv'
SELECT * FROM t JOIN 'x.csv' USING (k)
SELECT * FROM t WHERE a IN (FROM 'x.csv')
FROM a: 'x.csv'
SELECT * FROM $$x.csv$$
SELECT * FROM E'x.csv'
SELECT * FROM 't'
TABLE 'x.csv'
DESCRIBE 'x.csv'
SUMMARIZE 'x.csv'
PIVOT 'x.csv' ON a USING sum(b)
FROM (PIVOT 'x.csv' ON a USING sum(b))
UNPIVOT 'x.csv' ON a, b
WITH x AS (FROM 'x.csv') FROM x
CREATE TEMP TABLE m AS FROM 'x.csv'
CREATE TEMP VIEW m AS SELECT * FROM 'x.csv'
INSERT INTO m SELECT * FROM 'x.csv'
MERGE INTO m USING 'x.csv' ON m.a = 1 WHEN MATCHED THEN DELETE
DELETE FROM m USING 'x.csv' WHERE true
UPDATE m SET a = 1 FROM 'x.csv'
SELECT substring((SELECT a FROM 'x.csv'), 1)
SELECT ARRAY(FROM 'x.csv')
SELECT * FROM t POSITIONAL JOIN 'x.csv'
SELECT * FROM t, LATERAL (FROM 'x.csv')
-- function_not_allowed: files, addresses, environment
SELECT * FROM read_csv('x')
SELECT * FROM READ_CSV ('x')
SELECT * FROM "read_csv"('x')
SELECT * FROM read_csv /* x */ ('x')
SELECT * FROM system.main.read_csv('x')
SELECT * FROM main . read_csv('x')
SELECT * FROM read_csv　('x')
SELECT ('x').read_text()
SELECT * FROM read_parquet('x')
SELECT * FROM parquet_metadata('x')
SELECT * FROM read_blob('x'), read_text('y')
SELECT * FROM read_json_auto('x')
SELECT * FROM glob('*')
SELECT * FROM sniff_csv('x')
SELECT * FROM postgres_scan('host=x', 'a', 'b')
SELECT * FROM sqlite_scan('x', 'y')
SELECT * FROM seq_scan('t')
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM which_secret('s3://x', 's3')
SELECT getenv('HOME')
SELECT list_transform(['HOME'], x -> getenv(x))
CREATE TEMP MACRO f(x) AS read_text(x)
CREATE TEMP MACRO f(x) AS TABLE FROM read_csv(x)
CREATE TEMP TABLE m (a VARCHAR DEFAULT getenv('HOME'))
EXECUTE p(getenv('HOME'))
EXPLAIN SELECT * FROM read_csv('x')
DESCRIBE FROM read_csv('x')
SET VARIABLE v = (FROM read_text('x'))
-- function_not_allowed: text as a statement or a table's name
SELECT * FROM query('SELECT 1')
SELECT * FROM query_table('t')
SELECT * FROM json_execute_serialized_sql('{}')
SELECT json_serialize_plan('SELECT 1')
SELECT * FROM histogram_values('duckdb_databases', 'path')
SELECT * FROM histogram('duckdb_databases', 'path')
SELECT * FROM histogram(t, a)
SELECT * FROM t, histogram(t, a)
SELECT * FROM system.main.histogram(t, a)
SELECT histogram('duckdb_databases', 'path')
SELECT * FROM from_substrait(''::BLOB)
-- function_not_allowed: settings, logs
SELECT current_setting('threads')
SELECT write_log('x')
SELECT * FROM enable_logging('x')
SELECT * FROM force_checkpoint()
SELECT * FROM checkpoint()
-- function_not_allowed: data in an error's text
SELECT error('x')
SELECT CASE WHEN a THEN 1 ELSE "ERROR"(b) END FROM t
-- function_not_allowed: the instance
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_databases()
SELECT * FROM "DuckDB_Databases" ()
SELECT * FROM duckdb_databases
SELECT * FROM main.duckdb_databases
SELECT * FROM "main"."duckdb_databases"
SUMMARIZE duckdb_databases
DESCRIBE duckdb_databases
PIVOT duckdb_databases ON path USING count(*)
TABLE pragma_database_list
SELECT * FROM sqlite_master
SELECT * FROM pg_catalog.pg_settings
SELECT * FROM pg_database
SELECT * FROM pragma_storage_info('t')
SELECT * FROM pragma_last_profiling_output()
SELECT * FROM duckdb_something_new()
SELECT inet_client_addr()
SELECT stats(a) FROM t
SELECT current_connection_id()
SELECT * FROM test_all_types()
WITH x AS (SELECT 1 FROM duckdb_views) FROM x
FROM 'duckdb_databases'
SELECT * FROM t JOIN 'pg_settings' ON true
-- function_not_allowed: waiting
SELECT sleep_ms(1000)
SELECT pg_sleep(10)
-- several_statements
SELECT 1; SELECT 2
SELECT 1;;; DROP TABLE t
SELECT 1; ATTACH 'x'
SELECT 1; IMPORT DATABASE 'x'
-- statement_wrong

;
;;
--nothing but a comment
/* nothing */
SELECT
SELEC a FROM t
nonsense
42
SELECT 'never ends
SELECT "never ends
/* never ends
SELECT a FROM
EXPLAIN
EXPLAIN EXPLAIN EXPLAIN SELECT 1
PREPARE p AS
