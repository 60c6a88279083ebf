-- [statistics_grammar] a temporary table from the tier of statistics
CREATE TEMP TABLE t AS SELECT county, count(*) AS n FROM firm GROUP BY county

-- [not_found] a temporary table of the tier of rows, joined with a protected one
CREATE OR REPLACE TEMP TABLE one AS SELECT code FROM roster WHERE boss = 'boss 00'
-- then
SELECT sum(turnover) AS x FROM firm JOIN one USING (code)

-- [ok] a temporary table that is called like the protected one
CREATE OR REPLACE TEMP TABLE firm AS SELECT 1 AS turnover
-- then
SELECT sum(turnover) AS x FROM firm

-- [not_found] a temporary view of the protected one
CREATE OR REPLACE TEMP VIEW w AS SELECT * FROM firm
-- then
SELECT * FROM w

-- [statement_wrong] a macro over the protected one
CREATE OR REPLACE TEMP MACRO m() AS (SELECT max(turnover) FROM firm)
-- then
SELECT m() AS x

-- [ok] a variable that takes it
SET VARIABLE v = (SELECT max(turnover) FROM firm)
-- then
SELECT getvariable('v') AS x

-- [statement_wrong] a prepared statement
PREPARE p AS SELECT sum(turnover) FROM firm WHERE county = $1
-- then
EXECUTE p('C11')

-- [statistics_grammar] a database of another tier
ATTACH '../statistics/w' AS s
-- then
SELECT * FROM s.firm

-- [statistics_grammar] the schema before the name
SELECT count(*) AS n FROM workspace.main.firm

-- [statistics_grammar] the plan of a statement
EXPLAIN SELECT sum(turnover) FROM firm

-- [statistics_grammar] the plan, run
EXPLAIN ANALYZE SELECT sum(turnover) FROM firm WHERE county = 'C11'

-- [statistics_grammar] what is in it
SUMMARIZE firm

-- [statistics_grammar] its columns
DESCRIBE firm

-- [statement_not_allowed] copied to a file
COPY (SELECT * FROM firm) TO '/tmp/x.csv'

-- [several_statements] two statements
SELECT count(*) FROM firm; SELECT max(turnover) FROM firm

-- [not_found] the rows tier's table beside the protected one's column
SELECT turnover FROM roster

-- [mode_not_available] a view of rows that a statement of statistics names
SELECT count(*) AS n FROM licence

-- [mode_not_available] what is compared only
SELECT sum(score) AS x FROM rating

-- [mode_not_available] what is compared only, by its key
SELECT count(*) AS n FROM rating r JOIN firm f ON r.id = f.code WHERE r.score >= 5

-- [not_shared] what is not shared
SELECT count(*) AS n FROM sealed

-- [not_granted] a column that is not granted
SELECT owner, count(*) AS n FROM firm GROUP BY owner

-- [not_granted] a column that is not granted, counted
SELECT count(owner) AS n FROM firm

-- [not_granted] a column that is not granted of the joined table
SELECT i.officer, count(*) AS n FROM firm f JOIN inspection i USING (code) GROUP BY 1

-- [function_not_allowed] the engine's tables
SELECT * FROM duckdb_tables()

-- [statistics_grammar] the engine's columns beside a protected table
SELECT count(*) AS n FROM firm JOIN information_schema.columns c ON firm.county = c.table_name

-- [statement_not_allowed] settings
PRAGMA database_list

-- [function_not_allowed] statistics of the storage
SELECT stats FROM pragma_storage_info('firm')
