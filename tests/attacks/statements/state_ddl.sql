-- a table of another person's session
SELECT * FROM neighbour_notes

-- a table of another person's session, qualified
SELECT * FROM temp.main.neighbour_notes

-- a view of another person
SELECT * FROM neighbour_view

-- a macro of another person
SELECT neighbour_macro()

-- a variable of another person
SELECT getvariable('neighbour_variable')

-- a prepared statement of another person
EXECUTE neighbour_prepared

-- a sequence of another person
SELECT nextval('neighbour_sequence')

-- a table in the workspace file
CREATE TABLE mine (x INTEGER)

-- a table in the workspace file, qualified
CREATE TABLE workspace.main.mine AS SELECT 1 AS x

-- a table in memory, outside the temporary schema
CREATE TABLE memory.main.shared_memory AS SELECT 1 AS x

-- replace a granted table
CREATE OR REPLACE TABLE resident AS SELECT 1 AS bsn

-- drop a granted table
DROP TABLE resident

-- drop everything
DROP SCHEMA main CASCADE

-- rename a granted table
ALTER TABLE resident RENAME TO payroll

-- add a withheld column by name, with a default that reads
ALTER TABLE resident ADD COLUMN bsn VARCHAR DEFAULT (getenv('WORKBENCH_CANARY'))

-- change a granted table
DELETE FROM resident

-- change a granted table, returning the rows before
UPDATE resident SET note = note RETURNING *

-- insert and return
INSERT INTO resident (id) VALUES (1) RETURNING *

-- upsert and return
INSERT OR REPLACE INTO resident (id) VALUES (1) RETURNING *

-- truncate
TRUNCATE resident

-- a view in the workspace
CREATE VIEW workspace.main.v AS SELECT * FROM resident

-- a temporary view with the name of a granted table, that reads the one below
CREATE TEMP VIEW resident AS SELECT *, 1 AS bsn FROM workspace.main.resident
-- then
SELECT bsn FROM resident
-- then
DROP VIEW temp.main.resident

-- a temporary table with the name of one that is not granted
CREATE TEMP TABLE payroll AS SELECT 1 AS amount
-- then
SELECT * FROM payroll
-- then
DROP TABLE temp.main.payroll

-- a temporary table with the name of a system view
CREATE TEMP TABLE duckdb_tables AS SELECT 1 AS x
-- then
SELECT * FROM duckdb_tables

-- a macro that shadows a function
CREATE TEMP MACRO getenv(x) AS 'shadowed'
-- then
SELECT getenv('WORKBENCH_CANARY')

-- a macro that calls a forbidden function
CREATE TEMP MACRO env(x) AS getenv(x)
-- then
SELECT env('WORKBENCH_CANARY')

-- a macro whose default calls a forbidden function
CREATE TEMP MACRO env2(x := getenv('WORKBENCH_CANARY')) AS x
-- then
SELECT env2()

-- a table macro that reads a file
CREATE TEMP MACRO slurp(f) AS TABLE SELECT * FROM read_text(f)
-- then
SELECT * FROM slurp('{tmpfile}')

-- a macro by the other spelling
CREATE OR REPLACE TEMPORARY FUNCTION slurp2(f) AS TABLE (SELECT * FROM read_blob(f))
-- then
SELECT * FROM slurp2('{tmpfile}')

-- a view that reads a file, late
CREATE TEMP VIEW slurpv AS SELECT * FROM read_text('{tmpfile}')
-- then
SELECT * FROM slurpv

-- a default that reads the environment
CREATE TEMP TABLE d (x VARCHAR DEFAULT getenv('WORKBENCH_CANARY'), y INTEGER)
-- then
INSERT INTO d (y) VALUES (1)
-- then
SELECT * FROM d

-- a generated column that reads the environment
CREATE TEMP TABLE g (y INTEGER, x VARCHAR GENERATED ALWAYS AS (getenv('WORKBENCH_CANARY')))
-- then
SELECT * FROM g

-- a check that raises with a withheld value
CREATE TEMP TABLE c (x INTEGER CHECK (x > (SELECT max(income) FROM resident)))

-- an index expression that reads the environment
CREATE TEMP TABLE ix (y INTEGER)
-- then
CREATE INDEX i ON ix (getenv('HOME' || y))

-- a type with the name of a granted one
CREATE TYPE secret_type AS ENUM (SELECT bsn FROM resident)

-- a temporary type from what is granted
CREATE TEMP TYPE kinds AS ENUM (SELECT DISTINCT town FROM resident)
-- then
SELECT enum_range(NULL::kinds)

-- a sequence in the workspace
CREATE SEQUENCE workspace.main.s

-- a trigger
CREATE TRIGGER t AFTER INSERT ON resident BEGIN SELECT 1; END

-- a schema
CREATE SCHEMA attack

-- a comment on a granted column
COMMENT ON COLUMN resident.note IS 'x'

-- two statements in one
SELECT 1; SELECT bsn FROM resident

-- two statements, the second after an empty one
SELECT 1;;; DROP TABLE resident

-- two statements around a comment that hides the border
SELECT 1 /* ; */ ; -- '
ATTACH '{tmpdir}/x.db'

-- a quote that never ends
SELECT 'x; ATTACH ''{tmpdir}/x.db'

-- a dollar quote that hides a statement
SELECT $a$ ; $a$; DROP TABLE resident; SELECT $b$ $b$

-- nothing but a comment
-- SELECT bsn FROM resident
/* nothing */

-- nested comments
/* /* */ SELECT bsn FROM resident /* */

-- a null byte escape
SELECT E'\x00', bsn FROM resident

-- a carriage return after a line comment: some lexers end the comment there
SELECT 1 --<<1 * '\r'>> , bsn FROM resident

-- a no-break space and a byte order mark
<<1 * '\ufeff'>>SELECT<<1 * '\u00a0'>>bsn<<1 * '\u2003'>>FROM<<1 * '\u00a0'>>resident

-- a right-to-left mark
SELECT <<1 * '\u202e'>>bsn FROM resident

-- prepare with a parameter for a table
PREPARE pt AS SELECT * FROM query_table(?)
-- then
EXECUTE pt('payroll')

-- prepare, and change what the name means before execution
CREATE TEMP TABLE swap AS SELECT 1 AS x
-- then
PREPARE ps AS SELECT * FROM swap
-- then
DROP TABLE swap
-- then
CREATE TEMP VIEW swap AS SELECT id AS x FROM workspace.main.resident
-- then
EXECUTE ps

-- prepare a forbidden statement
PREPARE pc AS COPY resident TO '{tmpdir}/out.csv'

-- execute with an expression that reads the environment
PREPARE pe AS SELECT ?
-- then
EXECUTE pe(getenv('WORKBENCH_CANARY'))

-- deallocate what one does not have
DEALLOCATE neighbour_prepared

-- a variable that holds withheld values
SET VARIABLE stolen = (SELECT list(bsn) FROM resident)
-- then
SELECT getvariable('stolen')

-- a variable as the name of a table
SET VARIABLE t = 'payroll'
-- then
FROM query_table(getvariable('t'))

-- explain analyse of a forbidden statement runs it
EXPLAIN ANALYZE COPY resident TO '{tmpdir}/out.csv'

-- explain of attach
EXPLAIN ATTACH '{tmpdir}/x.db'

-- a call of a forbidden function
CALL duckdb_databases()

-- a transaction that stays open, with other statements inside
BEGIN
-- then
CREATE TEMP TABLE left_open AS SELECT 1 AS x
-- then
ABORT

-- a savepoint
SAVEPOINT s

-- lock a table
LOCK TABLE resident

-- grant and revoke
GRANT ALL ON resident TO public

-- a role
SET ROLE postgres

-- a listener
LISTEN x

-- LOAD by a prepared text
EXECUTE IMMEDIATE 'LOAD httpfs'

-- a statement with a reserved form
.read {tmpfile}

-- a shell escape of the command line client
.shell id

-- a prompt of another engine
\copy resident TO '{tmpdir}/x'

-- a pivot makes a type behind the scenes; twice
PIVOT resident ON town USING count(*) GROUP BY score
-- then
PIVOT resident ON town USING count(*) GROUP BY score
