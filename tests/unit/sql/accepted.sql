-- ordinary analyst statements
SELECT 1
SELECT 1;
SELECT 1 ; -- done
/* first */ SELECT a FROM t -- last
FROM t
FROM t SELECT a, b
TABLE t
VALUES (1, 'a'), (2, 'b')
(SELECT a FROM t)
((SELECT a FROM t) UNION ALL (FROM u))
SELECT a, sum(b) FROM t GROUP BY ALL ORDER BY ALL
SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY b ORDER BY c DESC) = 1
SELECT * EXCLUDE (a) REPLACE (b + 1 AS b) RENAME (c AS d) FROM t
SELECT COLUMNS(*), COLUMNS('a.*'), COLUMNS(c -> c LIKE 'x%') FROM t
SELECT list_transform([1, 2, 3], lambda x: x + 1), [x + 1 FOR x IN l IF x > 2] FROM t
SELECT {'a': 1, 'b': 'x'}.a, MAP {'k': 1}['k'], s.x.y, l[1:2] FROM t
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r
WITH x AS MATERIALIZED (SELECT 1 AS a) SELECT * FROM x
PIVOT t ON month USING sum(amount) GROUP BY city
PIVOT t ON month IN ('a', 'b') USING sum(amount)
FROM t PIVOT (sum(x) FOR y IN (1, 2))
UNPIVOT t ON a, b INTO NAME n VALUE v
FROM (PIVOT t ON y USING first(x), count(*))
WITH p AS (PIVOT t ON y USING sum(x)) SELECT * FROM p
SELECT a FROM t ASOF JOIN u ON t.k = u.k AND t.ts >= u.ts
SELECT * FROM t POSITIONAL JOIN u
SELECT * FROM t, LATERAL (SELECT t.a + 1 AS b)
SELECT * FROM t, unnest(t.l) AS u(x)
SELECT * FROM range(10) r(i), generate_series(1, 3)
SELECT * FROM json_each('{"a": 1}')
SELECT a FROM t USING SAMPLE 10%
SELECT a FROM t TABLESAMPLE reservoir(10)
SELECT a FROM t LIMIT 10 OFFSET 5
SELECT a FROM t WHERE b = $first AND c = $second
SELECT a FROM t WHERE b = ? AND c = ?
SELECT 1 /* ; */ ; -- '
SELECT extract(year FROM day), substring('abc' FROM 2), trim(BOTH 'x' FROM 'xax') FROM t
SELECT a IS DISTINCT FROM 'x', b IS NOT DISTINCT FROM 'y' FROM t
SELECT a FROM t WHERE b IN ('x', 'y') AND c BETWEEN 'a' AND 'b'
SELECT 'a', 'b' FROM t ORDER BY a DESC, 'c'
FROM t SELECT 'b', 'c' WHERE x = 'a'
SELECT CASE WHEN a = 'x' THEN 'y' ELSE 'z' END FROM t
SELECT date_trunc('month', day), strftime(day, '%Y'), DATE '2024-01-01' - INTERVAL 3 DAY FROM t
SELECT histogram(x), approx_quantile(x, 0.5), string_agg(y, ',' ORDER BY z) FROM t
SELECT pg_typeof(a), current_date, now(), current_user, current_schema() FROM t
SELECT json_extract(j, '$.a'), j->>'$.b' FROM t
SELECT '中文' AS 名称, 城市 FROM 房价 WHERE 城市 = '北京'
SELECT　a　FROM　t
SELECT count(*) FILTER (WHERE a > 1) FROM t
SELECT a FROM t WHERE EXISTS (FROM u WHERE u.k = t.k)
SELECT a: b + 1 FROM t
FROM x: t
SELECT "price (yuan/m2)", "a.b", "*" FROM t
SELECT 1 AS "out.csv"
SELECT $$ATTACH 'x'$$
-- listing what there is
SHOW TABLES
SHOW ALL TABLES
SHOW t
DESCRIBE t
DESC t
DESCRIBE SELECT a FROM t
SUMMARIZE t
SUMMARIZE SELECT a FROM t
FROM (DESCRIBE t)
SELECT table_name FROM information_schema.tables
SELECT * FROM "INFORMATION_SCHEMA"."COLUMNS"
EXPLAIN SELECT a FROM t
EXPLAIN ANALYZE SELECT a FROM t
EXPLAIN (ANALYZE, FORMAT json) SELECT a FROM t
-- what stays in the worker
CREATE TEMP TABLE mine AS SELECT a FROM t
CREATE OR REPLACE TEMP TABLE mine AS FROM t
CREATE TEMPORARY TABLE IF NOT EXISTS mine (a INTEGER DEFAULT 1)
CREATE TEMP VIEW v AS SELECT a FROM t
CREATE TEMP MACRO twice(x) AS x * 2
CREATE TEMP MACRO pick(n) AS TABLE SELECT a FROM t LIMIT n
CREATE TEMP SEQUENCE s START 1
CREATE TEMP TYPE mood AS ENUM ('a', 'b')
CREATE INDEX i ON mine (a)
INSERT INTO mine VALUES ('a', 1), ('b', 2)
INSERT INTO mine (a, b) SELECT a, b FROM t
INSERT INTO mine BY NAME FROM t
UPDATE mine SET a = 'x', b = 'y' FROM t WHERE mine.k = t.k
DELETE FROM mine USING t WHERE mine.k = t.k
MERGE INTO mine USING t ON mine.k = t.k WHEN MATCHED THEN UPDATE SET a = 'x', b = 'y'
TRUNCATE mine
DROP TABLE IF EXISTS mine
DROP MACRO twice
ALTER TABLE mine ADD COLUMN b INTEGER
COMMENT ON TABLE mine IS 'note'
BEGIN TRANSACTION
COMMIT
ROLLBACK
SET VARIABLE cutoff = DATE '2024-01-01'
SELECT getvariable('cutoff')
RESET VARIABLE cutoff
PREPARE p AS SELECT a FROM t WHERE b = ?
EXECUTE p('x')
DEALLOCATE p
-- names and values that only look like forbidden ones
SELECT "glob", query, version, stats FROM t
SELECT t.query, "glob", "read_csv" FROM t
SELECT a AS read_csv, b AS duckdb_settings FROM t ORDER BY read_csv
SELECT 'read_csv', 'duckdb_databases()', 'ATTACH', 'SET threads = 1' FROM t
SELECT a FROM t WHERE name IN ('duckdb_databases', 'sqlite_master')
SELECT * FROM t WHERE "glob" = 'x' AND query IN (1, 2)
SELECT a GLOB '*.csv', a LIKE '%.parquet' FROM t
WITH query(a) AS (SELECT 1) SELECT a FROM query
SELECT a /* read_csv('x') */ FROM t -- ; ATTACH 'x'
SELECT checkpoint, load, install, copy, attach FROM t
SELECT call, pragma_x, reset FROM t
SELECT set_bit('1010'::BIT, 0, 1)
SELECT version()
FROM (VALUES ('a'), ('b')) t(x)
