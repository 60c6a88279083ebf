-- [statistics_grammar] PIVOT
PIVOT firm ON size USING sum(turnover) GROUP BY county

-- [statistics_grammar] PIVOT in FROM
SELECT * FROM firm PIVOT (sum(turnover) FOR size IN ('S', 'M', 'L') GROUP BY county)

-- [statistics_grammar] UNPIVOT
SELECT * FROM firm UNPIVOT (v FOR k IN (turnover, tax))

-- [statistics_grammar] a recursive expression
WITH RECURSIVE t AS (SELECT turnover AS x FROM firm UNION ALL SELECT x - 1 FROM t WHERE x > 0) SELECT max(x) FROM t

-- [function_not_allowed] a table function
SELECT * FROM query_table('firm')

-- [function_not_allowed] a table function with a statement
SELECT * FROM query('SELECT * FROM firm')

-- [statistics_grammar] a generated series
SELECT count(*) AS n FROM firm JOIN range(5) r(x) ON firm.year = r.x

-- [statistics_grammar] VALUES as a table
SELECT sum(f.turnover) AS x FROM firm f JOIN (VALUES ('C11')) v(c) ON f.county = v.c

-- [ok] VALUES alone
VALUES (1), (2)

-- [ok] a SELECT without a table
SELECT 1 AS x

-- [statistics_grammar] from first
FROM firm

-- [statistics_grammar] from first with an aggregate
FROM firm SELECT max(turnover) AS x

-- [statistics_grammar] from first that takes rows
FROM firm WHERE county = 'C11' LIMIT 5

-- [statistics_grammar] TABLE
TABLE firm

-- [statistics_grammar] unnest
SELECT unnest([turnover]) AS x FROM firm

-- [statistics_grammar] a list of measures
SELECT [turnover, tax] AS x FROM firm

-- [statistics_grammar] a struct
SELECT {'a': turnover}.a AS x, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a lambda
SELECT list_transform([1], lambda x: turnover) AS x FROM firm

-- [statistics_grammar] a lambda with an arrow
SELECT list_sum(list_transform(list(turnover), x -> x)) AS x FROM firm

-- [statement_wrong] a cursor of a star
SELECT count(*) AS n FROM firm AS OF VERSION 1

-- [statistics_grammar] an update
UPDATE firm SET turnover = 0

-- [statistics_grammar] a delete
DELETE FROM firm RETURNING turnover

-- [statistics_grammar] an insert
INSERT INTO roster SELECT code, name, turnover FROM firm

-- [statement_wrong] SELECT INTO
SELECT turnover INTO x FROM firm

-- [statement_not_allowed] a procedure
CALL pragma_table_info('firm')

-- [function_not_allowed] a macro of the engine
SELECT count(*) AS n FROM firm WHERE current_setting('threads') = '1'

-- [function_not_allowed] the environment
SELECT getenv('HOME') AS x, count(*) AS n FROM firm

-- [statement_not_allowed] a file
SELECT count(*) AS n FROM 'firm.parquet'

-- [function_not_allowed] a function that reads
SELECT count(*) AS n FROM firm JOIN read_csv('/etc/passwd') p ON firm.county = p.column0

-- [statistics_grammar] the time, to seed what comes
SELECT now() AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a random number that thins a cell out
SELECT sum(turnover) AS x FROM firm WHERE random() < 0.5

-- [statistics_grammar] a random class
SELECT random() < 0.5 AS k, sum(turnover) AS x FROM firm GROUP BY 1

-- [statistics_grammar] a collation
SELECT count(*) AS n FROM firm WHERE county COLLATE NOCASE = 'c11'

-- [statistics_grammar] an interval
SELECT count(*) AS n FROM firm WHERE opened + INTERVAL 1 DAY > DATE '2020-01-01'
