-- a table that is not granted
SELECT * FROM payroll

-- a table that is not granted, first
FROM payroll

-- quoted, in capitals
SELECT * FROM "PAYROLL"

-- qualified
SELECT * FROM workspace.main.payroll

-- in the memory catalogue
SELECT * FROM memory.main.payroll

-- in the temporary catalogue
SELECT * FROM temp.main.payroll

-- in the system catalogue
SELECT * FROM system.main.payroll

-- a table that is not shared
SELECT * FROM sealed

-- a table that is not shared: does it exist?
SELECT count(*) FROM sealed

-- the TABLE statement
TABLE payroll

-- inside a CTE that is never read
WITH hidden AS (SELECT * FROM payroll) SELECT 1

-- inside a CTE with the name of a granted table
WITH resident AS (SELECT * FROM payroll) SELECT * FROM resident

-- inside a subquery of WHERE
SELECT id FROM resident WHERE id IN (SELECT id FROM payroll)

-- inside EXISTS
SELECT id FROM resident WHERE EXISTS (SELECT 1 FROM payroll p WHERE p.id = resident.id)

-- inside a scalar subquery
SELECT (SELECT string_agg(person, ',') FROM payroll)

-- inside a lateral join
SELECT * FROM resident r, LATERAL (SELECT * FROM payroll p WHERE p.id = r.id)

-- inside ANY
SELECT id FROM resident WHERE note = ANY (SELECT person FROM payroll)

-- inside an ARRAY constructor
SELECT ARRAY(SELECT person FROM payroll)

-- inside ORDER BY
SELECT id FROM resident ORDER BY (SELECT max(amount) FROM payroll)

-- inside LIMIT
SELECT id FROM resident LIMIT (SELECT count(*) FROM payroll)

-- inside OFFSET
SELECT id FROM resident LIMIT 1 OFFSET (SELECT max(amount) % 7 FROM payroll)

-- by a string literal as relation
SELECT * FROM 'payroll'

-- by query_table
FROM query_table('payroll')

-- by query_table with a list
FROM query_table(['resident', 'payroll'])

-- by query
FROM query('SELECT * FROM payroll')

-- by query, with the text put together
FROM query('SELECT * FROM pay' || 'roll')

-- by a serialised statement
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM payroll'))

-- by a pragma that runs a serialised statement
PRAGMA json_execute_serialized_sql('{"statements": []}')

-- seq_scan, as the engine calls it inside
SELECT * FROM seq_scan('payroll')

-- by a union with a granted table
SELECT id, note FROM resident UNION ALL SELECT id, person FROM payroll

-- intersect
SELECT id FROM resident INTERSECT SELECT id FROM payroll

-- semi join
SELECT * FROM resident SEMI JOIN payroll USING (id)

-- anti join
SELECT * FROM resident ANTI JOIN payroll USING (id)

-- asof join
SELECT * FROM resident ASOF JOIN payroll ON resident.id >= payroll.id

-- positional join
SELECT * FROM resident POSITIONAL JOIN payroll

-- a comment between the letters
SELECT * FROM pay/**/roll

-- a comment and a line break around the dot
SELECT * FROM main/* x */.
-- y
payroll

-- the unicode name of the resource
SELECT * FROM "工资"

-- the resource of another scenario of the same department
SELECT * FROM harbour

-- a column of another scenario
SELECT berth FROM workspace.main.harbour

-- the extract by its resource name as a path
SELECT * FROM "payroll.parquet"

-- as an argument of a table function
SELECT * FROM summary('payroll')

-- as an argument of pragma_table_info
SELECT * FROM pragma_table_info('payroll')

-- as an argument of nextval
SELECT nextval('payroll_id_seq')

-- PIVOT over it
PIVOT payroll ON person USING sum(amount)

-- SUMMARIZE it
SUMMARIZE payroll

-- DESCRIBE it
DESCRIBE payroll

-- EXPLAIN it
EXPLAIN SELECT * FROM payroll

-- a MERGE from it
MERGE INTO resident USING payroll ON resident.id = payroll.id WHEN MATCHED THEN DELETE

-- an insert from it into a temporary table
CREATE TEMP TABLE mine AS SELECT * FROM payroll
-- then
SELECT * FROM mine

-- a view over it, in the hope that it is bound late
CREATE TEMP VIEW late AS SELECT * FROM payroll
-- then
SELECT * FROM late

-- a macro over it, bound when called
CREATE TEMP MACRO peek() AS TABLE SELECT * FROM payroll
-- then
SELECT * FROM peek()

-- a scalar macro over it
CREATE TEMP MACRO one() AS (SELECT max(person) FROM payroll)
-- then
SELECT one()

-- a macro that takes the name of a table
CREATE TEMP MACRO any_of(t) AS TABLE FROM query_table(t)
-- then
SELECT * FROM any_of('payroll')

-- a prepared statement over it
PREPARE p1 AS SELECT * FROM payroll
-- then
EXECUTE p1

-- USE of another catalogue
USE memory
-- then
SELECT * FROM payroll

-- USE of the system catalogue
USE system

-- the search path
SET search_path = 'system,temp,memory'
