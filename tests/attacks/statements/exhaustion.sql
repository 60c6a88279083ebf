-- a cross join of four
SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c, range(100000) d

-- a cross join of granted tables that returns rows
SELECT * FROM resident a, resident b, resident c, resident d

-- a recursive CTE without an end
WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t

-- a recursive CTE that doubles
WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT u.i FROM t, (VALUES (1), (2)) u(i)) SELECT count(*) FROM t

-- a recursive CTE with a key that changes for ever
WITH RECURSIVE t(k, i) USING KEY (k) AS (SELECT 1, 1 UNION SELECT k, i + 1 FROM t) SELECT * FROM t

-- a recursive macro
CREATE TEMP MACRO endless(x) AS endless(x + 1)
-- then
SELECT endless(1)

-- a view of itself
CREATE TEMP VIEW selfish AS SELECT 1 AS x
-- then
CREATE OR REPLACE TEMP VIEW selfish AS SELECT * FROM selfish
-- then
SELECT * FROM selfish

-- a text of four gigabytes
SELECT length(repeat('x', 4000000000))

-- a text of a terabyte
SELECT repeat('x', 1000000000000)

-- texts in every row
SELECT repeat(note, 1000000) FROM resident

-- one value larger than a message
SELECT repeat('x', 60000000) AS x

-- a result beyond its limit
SELECT range AS i, repeat('x', 1000) AS t FROM range(1000000)

-- a list of a billion
SELECT len(range(1000000000))

-- lists in every row
SELECT range(1000000) FROM resident

-- a list bomb: doubled again and again
SELECT len(list_concat(x, x)) FROM (SELECT list(i) AS x FROM range(200000000) t(i))

-- unnest of lists of lists
SELECT count(*) FROM (SELECT unnest(range(100000)) AS a) q, (SELECT unnest(range(1000000)) AS b) p

-- range of a trillion of trillions
SELECT * FROM range(1000000000000000000) LIMIT 10 OFFSET 999999999999999990

-- generate_series by an interval of a microsecond
SELECT count(*) FROM generate_series(TIMESTAMP '2000-01-01', TIMESTAMP '2030-01-01', INTERVAL 1 MICROSECOND)

-- a sort that spills over its limit
SELECT * FROM (SELECT hash(range) AS h, repeat('y', 200) AS t FROM range(20000000)) q ORDER BY t || h, h LIMIT 1 OFFSET 19000000

-- an aggregation of distinct long keys
SELECT count(*) FROM (SELECT repeat('k', 100) || i AS k, count(*) FROM range(30000000) t(i) GROUP BY 1) q

-- a window over all
SELECT sum(x) FROM (SELECT quantile_cont(i, 0.5) OVER (ORDER BY i ROWS BETWEEN 100000 PRECEDING AND CURRENT ROW) AS x FROM range(5000000) t(i)) q

-- list of everything as one value
SELECT list(a.i || b.i) FROM range(10000) a(i), range(10000) b(i)

-- string_agg of everything as one value
SELECT length(string_agg(i::VARCHAR, ',')) FROM range(500000000) t(i)

-- a regular expression with nested repeats
SELECT regexp_matches(repeat('a', 30) || '!', '^(a+)+$'), regexp_replace(repeat('a', 1000000), '(a*)*b', 'x', 'g')

-- a regular expression that is large by its counts
SELECT regexp_matches('x', '((((x{1,100}){1,100}){1,100}){1,100})')

-- a pattern of many wildcards
SELECT repeat('a', 2000000) LIKE '<<400 * '%a'>>b'

-- the distance of two long texts
SELECT levenshtein(repeat('a', 100000), repeat('b', 100000))

-- similarity of long texts, in every row
SELECT damerau_levenshtein(repeat('ab', 30000), repeat('ba', 30000)) FROM resident

-- five thousand parentheses
SELECT <<5000 * '('>>1<<5000 * ')'>>

-- five thousand nested functions
SELECT <<5000 * 'abs('>>1<<5000 * ')'>>

-- nested subqueries
<<1500 * 'SELECT * FROM ('>>SELECT 1<<1500 * ') q'>>

-- nested CASE
SELECT <<3000 * 'CASE WHEN true THEN '>>1<<3000 * ' END'>>

-- a long chain of operators
SELECT 1<<60000 * '+1'>>

-- a long chain of NOT
SELECT <<20000 * 'NOT '>>true

-- nested lists as a literal
SELECT <<3000 * '['>>1<<3000 * ']'>>

-- a long chain of unions
SELECT 1<<5000 * ' UNION ALL SELECT 1'>>

-- a chain of CTEs, each twice the one before
WITH t0 AS (SELECT 1 AS x)<<join 40 ', t{j} AS (SELECT a.x FROM t{i} a, t{i} b)'>> SELECT count(*) FROM t40

-- a chain of CTEs that doubles its rows
WITH t0 AS (SELECT 1 AS x)<<join 60 ', t{j} AS (SELECT x FROM t{i} UNION ALL SELECT x FROM t{i})'>> SELECT count(*) FROM t60

-- a hundred thousand columns
SELECT <<join 100000 'i AS c{i}, '>>1 FROM range(1) t(i)

-- a million columns by PIVOT
PIVOT (SELECT range AS i FROM range(1000000)) ON i USING count(*)

-- a hundred thousand members of IN
SELECT count(*) FROM resident WHERE id IN (<<join 100000 '{i}, '>>0)

-- ten megabytes of statement
SELECT '<<10000000 * 'x'>>'

-- ten megabytes of comment
/*<<10000000 * 'x'>>*/ SELECT 1

-- ten megabytes of blanks
SELECT<<10000000 * ' '>>1

-- joins by the dozen, without conditions
SELECT count(*) FROM resident r0<<join 12 ', resident r{j}'>>

-- a join order of thirty tables
SELECT count(*) FROM resident r0<<join 30 ' JOIN resident r{j} ON r{j}.id = r{i}.id'>>

-- grouping by all subsets of twenty columns
SELECT count(*) FROM (SELECT <<join 18 'i % {j} AS c{j}, '>>i FROM range(1000) t(i)) q GROUP BY CUBE (<<join 18 'c{j}, '>>i)

-- temporary tables until the memory is full
CREATE TEMP TABLE hoard AS SELECT range AS i, md5(range::VARCHAR) AS m FROM range(100000000)

-- a hundred thousand partitions of a window
SELECT count(*) FROM (SELECT sum(i) OVER (PARTITION BY i % 1000000 ORDER BY hash(i)) FROM range(30000000) t(i)) q

-- numbers with millions of digits
SELECT length(to_base(9223372036854775807, 2, 2000000000))

-- padding
SELECT length(lpad('x', 2000000000, 'y')), length(rpad('x', 2000000000, 'y'))

-- padding by format
SELECT format('{{:>2000000000}}', 1), printf('%2000000000d', 1)

-- arrays of a fixed size
SELECT array_value(<<join 50000 '{i}, '>>1)

-- a combinatorial explosion of lists
SELECT list_transform(range(3000), x -> list_transform(range(3000), y -> list_transform(range(3000), z -> x + y + z)))

-- JSON forty thousand levels deep
SELECT json_valid(repeat('[', 40000000) || repeat(']', 40000000))

-- a bit string
SELECT bit_count(bitstring('1', 2000000000))

-- factorials and powers
SELECT factorial(33), pow(9e307, 9), 9223372036854775807::HUGEINT * 9223372036854775807 * 9223372036854775807

-- a sleep
SELECT sleep_ms(600000)

-- a scalar subquery for each pair
SELECT count((SELECT max(hash(c.i, a.i)) FROM range(10000) c(i))) FROM range(100000) a(i)

-- random joins that never match
SELECT count(*) FROM range(1000000) a(i) JOIN range(1000000) b(i) ON sin(a.i) = cos(b.i) + 3 OR a.i + b.i = -1
