-- everything, with the table first
FROM house ORDER BY ALL

-- a filter, a computed column, an alias used again
SELECT city, month, mom - 100 AS change, change * 12 AS yearly FROM house WHERE change > 0.4 ORDER BY ALL

-- SELECT after FROM
FROM house SELECT DISTINCT city ORDER BY city DESC

-- GROUP BY ALL, ORDER BY ALL
SELECT city, year(month) AS y, avg(mom) AS mean, count(*) AS n FROM house GROUP BY ALL ORDER BY ALL

-- HAVING
SELECT city, max(yoy) AS top FROM house GROUP BY city HAVING max(yoy) > 105 ORDER BY city

-- COLUMNS(*)
SELECT min(COLUMNS(*)) FROM house

-- COLUMNS with a pattern, renamed
SELECT city, COLUMNS('(.o.)') AS 'pct_\1' FROM house WHERE month = DATE '2024-01-01' ORDER BY ALL

-- COLUMNS with a lambda
SELECT avg(COLUMNS(c -> c LIKE '%oy')) AS mean FROM house

-- EXCLUDE, REPLACE and RENAME
SELECT * EXCLUDE (yoy) REPLACE (round(mom) AS mom) RENAME (city AS place) FROM house ORDER BY ALL LIMIT 10

-- SUMMARIZE
SUMMARIZE house

-- SUMMARIZE a query
SUMMARIZE SELECT mom, yoy FROM house WHERE city = 'Aba'

-- DESCRIBE
DESCRIBE house

-- DESCRIBE a query
DESCRIBE SELECT city, count(*) AS n FROM house GROUP BY city

-- SHOW TABLES
SHOW TABLES

-- PIVOT
PIVOT house ON city USING round(avg(mom), 3) GROUP BY month ORDER BY month

-- PIVOT with named values
PIVOT house ON year(month) IN (2023, 2024) USING count(*) AS n GROUP BY city ORDER BY city

-- the standard's PIVOT
SELECT * FROM house PIVOT (sum(mom) FOR city IN ('Aba', 'Dazhou')) ORDER BY ALL LIMIT 5

-- UNPIVOT
UNPIVOT house ON mom, yoy INTO NAME measure VALUE figure ORDER BY ALL LIMIT 20

-- the standard's UNPIVOT
SELECT * FROM house UNPIVOT (figure FOR measure IN (mom, yoy)) ORDER BY ALL LIMIT 20

-- QUALIFY
SELECT city, month, yoy FROM house QUALIFY row_number() OVER (PARTITION BY city ORDER BY yoy DESC, month) = 1 ORDER BY city

-- a named window with frames
SELECT city, month, avg(mom) OVER w AS smooth, lag(mom) OVER w AS before FROM house WINDOW w AS (PARTITION BY city ORDER BY month ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) ORDER BY ALL

-- a range frame over dates
SELECT city, month, sum(mom) OVER (PARTITION BY city ORDER BY month RANGE BETWEEN INTERVAL 3 MONTHS PRECEDING AND CURRENT ROW) AS s FROM house ORDER BY ALL

-- ranks
SELECT city, rank() OVER (ORDER BY max(yoy) DESC) AS r, ntile(2) OVER (ORDER BY city) AS half, percent_rank() OVER (ORDER BY city) AS p FROM house GROUP BY city ORDER BY r, city

-- FILTER, IGNORE NULLS
SELECT city, count(*) FILTER (WHERE mom > 100) AS up, first(yoy ORDER BY month) AS opening FROM house GROUP BY city ORDER BY city

-- GROUPING SETS
SELECT city, year(month) AS y, count(*) AS n, grouping(city, year(month)) AS g FROM house GROUP BY GROUPING SETS ((city), (year(month)), ()) ORDER BY ALL

-- ROLLUP
SELECT city, year(month) AS y, sum(mom) AS s FROM house GROUP BY ROLLUP (city, y) ORDER BY ALL

-- CUBE
SELECT city, year(month) AS y, count(*) AS n FROM house GROUP BY CUBE (city, y) ORDER BY ALL

-- a join
SELECT h.city, d.title, avg(h.mom) AS mean FROM house h JOIN division d ON d.name = h.city GROUP BY ALL ORDER BY ALL

-- a left join with USING
SELECT * FROM division LEFT JOIN (SELECT city AS name, count(*) AS n FROM house GROUP BY city) USING (name) ORDER BY ALL

-- semi and anti joins
SELECT 'with' AS what, count(*) AS n FROM division d SEMI JOIN house h ON h.city = d.name UNION ALL SELECT 'without', count(*) FROM division d ANTI JOIN house h ON h.city = d.name ORDER BY ALL

-- an ASOF join
SELECT e.id, e.city, e.began, h.month, h.mom FROM event e ASOF JOIN house h ON e.city = h.city AND e.began >= h.month ORDER BY e.id

-- a positional join
SELECT * FROM (SELECT code FROM division ORDER BY code) POSITIONAL JOIN (SELECT DISTINCT city FROM house ORDER BY city)

-- a lateral join
SELECT d.name, top.month, top.yoy FROM division d, LATERAL (SELECT month, yoy FROM house h WHERE h.city = d.name ORDER BY yoy DESC, month LIMIT 2) top ORDER BY ALL

-- a join on inequality
SELECT a.city, count(*) AS n FROM house a JOIN house b ON a.city = b.city AND a.month < b.month AND a.mom < b.mom GROUP BY a.city ORDER BY a.city

-- a correlated subquery
SELECT city, month, yoy FROM house h WHERE yoy = (SELECT max(yoy) FROM house WHERE city = h.city) ORDER BY ALL

-- EXISTS, IN and ALL
SELECT name FROM division d WHERE EXISTS (SELECT 1 FROM house WHERE city = d.name) AND d.name IN (SELECT city FROM event) AND d.code >= ALL (SELECT '0') ORDER BY name

-- set operations
(SELECT city FROM house EXCEPT SELECT city FROM event) UNION ALL (SELECT city FROM house INTERSECT SELECT city FROM event) ORDER BY ALL

-- UNION BY NAME
SELECT name AS city, code FROM division UNION ALL BY NAME SELECT DISTINCT city FROM house ORDER BY ALL

-- lists and their comprehension
SELECT city, [x * 2 FOR x IN list(id ORDER BY id) IF x % 2 = 0] AS twice FROM event GROUP BY city ORDER BY city

-- list functions and lambdas
SELECT list_transform(l, lambda x : x + 1) AS plus, list_filter(l, lambda x : x > 2) AS big, list_reduce(l, lambda a, b : a + b) AS total, l[2:3] AS part, len(l) AS n FROM (SELECT [1, 2, 3, 4] AS l)

-- unnest
SELECT unnest([10, 20, 30]) AS x, unnest(['a', 'b']) AS y

-- structs
SELECT s, s.city AS again FROM (SELECT {'city': city, 'n': count(*)} AS s FROM house GROUP BY city) q ORDER BY again

-- unnest of a struct
SELECT unnest(s) FROM (SELECT {'a': 1, 'b': {'c': 2}} AS s)

-- maps
SELECT MAP {'a': 1, 'b': 2} AS m, m['b'] AS b, map_keys(m) AS k, cardinality(m) AS n

-- a histogram
SELECT histogram(round(mom)) AS h FROM house

-- bins
SELECT equi_width_bins(min(mom), max(mom), 4, true) AS bins FROM house

-- a recursive CTE
WITH RECURSIVE chain(level, code) AS (SELECT 0, code FROM division WHERE parent IS NULL UNION ALL SELECT level + 1, d.code FROM chain c JOIN division d ON d.parent = c.code) SELECT * FROM chain ORDER BY ALL

-- CTEs, one materialised
WITH a AS MATERIALIZED (SELECT city, avg(mom) AS m FROM house GROUP BY city), b AS (SELECT * FROM a WHERE m > 100) SELECT count(*) AS n FROM b

-- a temporary table, used later
CREATE TEMP TABLE best AS SELECT city, max(yoy) AS top FROM house GROUP BY city
-- then
SELECT * FROM best JOIN division ON name = city ORDER BY ALL

-- changing a temporary table
CREATE TEMP TABLE mine (id INTEGER PRIMARY KEY, city VARCHAR NOT NULL, x DOUBLE DEFAULT 1.5)
-- then
INSERT INTO mine (id, city) SELECT row_number() OVER (ORDER BY city), city FROM (SELECT DISTINCT city FROM house)
-- then
UPDATE mine SET x = x * id WHERE id > 1
-- then
DELETE FROM mine WHERE id = 2
-- then
INSERT INTO mine VALUES (1, 'again', 9) ON CONFLICT (id) DO UPDATE SET x = excluded.x
-- then
SELECT * FROM mine ORDER BY id

-- altering, indexing and dropping a temporary table
CREATE TEMP TABLE grow AS SELECT 1 AS a
-- then
ALTER TABLE grow ADD COLUMN b VARCHAR DEFAULT 'x'
-- then
CREATE INDEX grow_a ON grow (a)
-- then
SELECT * FROM grow
-- then
DROP TABLE grow
-- then
SELECT count(*) AS n FROM house

-- a merge into a temporary table
CREATE TEMP TABLE stock AS SELECT 'Aba' AS city, 1 AS n
-- then
MERGE INTO stock USING (SELECT city, count(*) AS n FROM house GROUP BY city) h ON stock.city = h.city WHEN MATCHED THEN UPDATE SET n = h.n WHEN NOT MATCHED THEN INSERT VALUES (h.city, h.n)
-- then
SELECT * FROM stock ORDER BY ALL

-- a temporary view
CREATE TEMP VIEW rising AS SELECT city, month FROM house WHERE mom > 100
-- then
SELECT city, count(*) AS n FROM rising GROUP BY city ORDER BY city

-- a view over a view, replaced
CREATE OR REPLACE TEMP VIEW rising2 AS SELECT city FROM house WHERE yoy > 100
-- then
CREATE OR REPLACE TEMP VIEW rising3 AS SELECT DISTINCT city FROM rising2
-- then
FROM rising3 ORDER BY city

-- a scalar macro
CREATE TEMP MACRO pct(x, digits := 1) AS round(x - 100, digits)
-- then
SELECT city, pct(avg(mom), digits := 2) AS p FROM house GROUP BY city ORDER BY city

-- a table macro
CREATE TEMP MACRO of_city(c) AS TABLE SELECT month, mom FROM house WHERE city = c
-- then
SELECT * FROM of_city('Aba') ORDER BY month

-- a transaction
BEGIN TRANSACTION
-- then
CREATE TEMP TABLE undone AS SELECT 1 AS x
-- then
ROLLBACK
-- then
SELECT count(*) AS n FROM division

-- a transaction that is kept
BEGIN
-- then
CREATE TEMP TABLE kept AS SELECT 2 AS x
-- then
COMMIT
-- then
SELECT * FROM kept

-- a statement prepared in SQL
PREPARE by_city AS SELECT count(*) AS n FROM house WHERE city = $1 AND mom > $2
-- then
EXECUTE by_city('Aba', 99.5)

-- a type of one's own
CREATE TEMP TABLE graded AS SELECT city, (CASE WHEN yoy > 103 THEN 'high' ELSE 'low' END)::ENUM('low', 'high') AS g FROM house
-- then
SELECT g, count(*) AS n FROM graded GROUP BY g ORDER BY g

-- regular expressions
SELECT name, regexp_extract(title, '(\w+) of (\w+)', ['a', 'b']) AS parts, regexp_replace(title, 'o', '0', 'g') AS zero, regexp_matches(name, '^A') AS a, regexp_split_to_array(title, ' ') AS words FROM division ORDER BY name

-- LIKE, ILIKE, SIMILAR TO, GLOB
SELECT name FROM division WHERE name LIKE 'A%' OR name ILIKE '%ZHOU' OR name SIMILAR TO 'M.*n' OR name GLOB 'H*' ORDER BY name

-- Chinese text
SELECT '阿坝' || name AS t, length('阿坝州') AS n, strpos('阿坝州', '州') AS p, upper(name) AS u, '阿坝' < '达州' AS before FROM division ORDER BY name LIMIT 3

-- formatting
SELECT format('{:.2f} {}', avg(mom), city) AS a, printf('%05d', count(*)) AS b, concat_ws('-', city, 'x') AS c, lpad(city, 8, '.') AS d FROM house GROUP BY city ORDER BY city

-- string_agg with an order
SELECT string_agg(DISTINCT city, ', ' ORDER BY city) AS cities FROM house

-- quantiles and moments
SELECT city, median(mom) AS m, quantile_cont(mom, [0.25, 0.75]) AS q, quantile_disc(mom, 0.5) AS d, mad(mom) AS mad, stddev_samp(mom) AS s, skewness(mom) AS k FROM house GROUP BY city ORDER BY city

-- regression and correlation
SELECT round(corr(mom, yoy), 9) AS r, round(regr_slope(yoy, mom), 9) AS slope, round(covar_pop(mom, yoy), 9) AS c FROM house

-- arg_max, mode, any_value, bool_and
SELECT arg_max(month, yoy) AS at, mode(city) AS m, bool_or(mom > 100) AS any_up, count_if(mom > 100) AS ups FROM house

-- approximate counts
SELECT approx_count_distinct(city) AS n FROM house

-- dates
SELECT month, date_trunc('quarter', month) AS q, month + INTERVAL 1 MONTH AS next, date_diff('day', month, last_day(month)) AS d, strftime(month, '%Y年%m月') AS zh, dayname(month) AS w FROM house WHERE city = 'Aba' ORDER BY month LIMIT 5

-- time zones
SELECT id, began AT TIME ZONE 'Asia/Shanghai' AS utc, timezone('UTC', began AT TIME ZONE 'Asia/Shanghai') AS back FROM event ORDER BY id LIMIT 5

-- parsing dates
SELECT strptime('2024-02-29 13:05', '%Y-%m-%d %H:%M') AS a, try_strptime('x', '%Y') AS b, DATE '2024-01-31' + INTERVAL 1 MONTH AS c, age(DATE '2024-03-01', DATE '2023-02-01') AS d

-- time buckets
SELECT time_bucket(INTERVAL 6 HOURS, began) AS t, count(*) AS n FROM event GROUP BY t ORDER BY t

-- generate_series over dates
SELECT d::DATE AS d, count(id) AS n FROM generate_series(TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-10', INTERVAL 1 DAY) g(d) LEFT JOIN event ON began::DATE = d::DATE GROUP BY ALL ORDER BY ALL

-- range
SELECT sum(range) AS s FROM range(1, 101)

-- VALUES
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(n, t) ORDER BY n

-- JSON
SELECT payload ->> '$.kind' AS kind, (payload -> '$.n')::INTEGER AS n, json_keys(payload) AS k, json_array_length(payload, '$.tags') AS t FROM (SELECT payload::JSON AS payload FROM event) ORDER BY ALL LIMIT 10

-- JSON made
SELECT json_object('city', city, 'n', count(*)) AS j, to_json(list(id ORDER BY id)) AS l FROM event GROUP BY city ORDER BY city

-- JSON taken apart
SELECT tag, count(*) AS n FROM (SELECT unnest(from_json(payload, '{"tags": ["VARCHAR"]}').tags) AS tag FROM event) q GROUP BY tag

-- a mistake is said as plain DuckDB says it
SELECT strptime('x', '%Y') FROM house
-- check: fails alike

-- conversions
SELECT TRY_CAST('x' AS INTEGER) AS a, '12'::INTEGER AS b, 1.5::DECIMAL(10, 3) AS c, 255::HUGEINT AS d, hex('ab') AS e, '101'::BIT::VARCHAR AS f

-- CASE, COALESCE, NULLIF, IF
SELECT city, CASE WHEN avg(mom) > 100 THEN 'up' ELSE 'down' END AS way, coalesce(NULL, city) AS c, nullif(city, 'Aba') AS n, if(count(*) > 1, 'many', 'one') AS i FROM house GROUP BY city ORDER BY city

-- decimals and big numbers stay exact
SELECT sum(amount) AS s, avg(amount) AS a, max(amount) * 3 AS m FROM event

-- NULLs
SELECT count(*) AS n, count(parent) AS p, count(*) FILTER (WHERE parent IS NULL) AS nulls FROM division

-- ORDER BY with NULLS LAST, COLLATE
SELECT name, parent FROM division ORDER BY parent DESC NULLS LAST, name COLLATE NOCASE

-- LIMIT, OFFSET, percent
SELECT code FROM division ORDER BY code LIMIT 3 OFFSET 2

-- a sample
SELECT count(*) AS n FROM (SELECT * FROM house USING SAMPLE 7 ROWS)

-- TABLESAMPLE
SELECT count(*) AS n FROM house TABLESAMPLE reservoir(5 ROWS)

-- function chaining with dots
SELECT ('Aba').upper().concat('!').replace('A', 'a') AS x

-- trailing commas and prefix aliases
SELECT city: name, n: 1, FROM division ORDER BY ALL LIMIT 2

-- a variable
SET VARIABLE wanted = 'Aba'
-- then
SELECT count(*) AS n FROM house WHERE city = getvariable('wanted')

-- EXPLAIN
EXPLAIN SELECT * FROM house
-- check: works

-- EXPLAIN ANALYZE
EXPLAIN ANALYZE SELECT city, count(*) FROM house GROUP BY city
-- check: works

-- the version
SELECT version() AS v

-- nested types go out whole
SELECT [{'a': 1, 'b': ['x', NULL]}, NULL] AS l, {'m': MAP {1: [DATE '2024-01-01']}} AS s, [[1], []] AS ll, INTERVAL 1 DAY AS i, TIME '10:00:00' AS t, 'ab'::BLOB AS b, uuid() IS NOT NULL AS u

-- no rows, with their types
SELECT city, mom, month FROM house WHERE false

-- a statement over several lines with comments
SELECT /* how many */ count(*) AS n -- rows
FROM house -- of the index
;
