-- [statistics_grammar] EXISTS
SELECT count(*) AS n FROM firm f WHERE EXISTS (SELECT 1 FROM inspection i WHERE i.code = f.code AND i.fine >= 10000)

-- [statistics_grammar] NOT EXISTS
SELECT count(*) AS n FROM firm f WHERE NOT EXISTS (SELECT 1 FROM roster r WHERE r.code = f.code)

-- [statistics_grammar] IN a subquery
SELECT sum(turnover) AS x FROM firm WHERE code IN (SELECT code FROM roster WHERE boss = 'boss 00')

-- [statistics_grammar] NOT IN a subquery
SELECT sum(turnover) AS x FROM firm WHERE code NOT IN (SELECT code FROM roster WHERE boss = 'boss 00')

-- [band_not_declared] a scalar subquery as an edge
SELECT count(*) AS n FROM firm WHERE turnover >= (SELECT max(n) FROM visit)

-- [statistics_grammar] a scalar subquery as a value
SELECT (SELECT max(turnover) FROM firm) AS x

-- [statistics_grammar] a scalar subquery in the argument
SELECT sum(turnover - (SELECT avg(turnover) FROM firm)) AS x FROM firm

-- [band_not_declared] ANY
SELECT count(*) AS n FROM firm WHERE turnover >= ANY (SELECT n FROM visit)

-- [band_not_declared] ALL
SELECT count(*) AS n FROM firm WHERE turnover >= ALL (SELECT turnover FROM firm WHERE county = 'C11')

-- [statistics_grammar] UNION drops what is alike
SELECT sum(turnover) AS x FROM firm WHERE county = 'C11' UNION SELECT 1

-- [statistics_grammar] UNION of rows
SELECT turnover FROM firm UNION ALL SELECT weight FROM region

-- [statistics_grammar] UNION ALL of rows in a subquery
SELECT sum(t) AS x FROM (SELECT turnover AS t FROM firm UNION ALL SELECT weight FROM region) q

-- [withheld] UNION ALL of a withheld cell with a released one, summed up
SELECT sum(x) AS y FROM (SELECT sum(turnover) AS x FROM firm WHERE county = 'C11' UNION ALL SELECT sum(turnover) AS x FROM firm WHERE county = 'C01') q

-- [statistics_grammar] UNION ALL whose second half says it was never withheld
SELECT x FROM (SELECT 1 AS x FROM region GROUP BY 1 UNION ALL SELECT sum(turnover) AS x FROM firm WHERE county = 'C11') q

-- [statistics_grammar] UNION ALL BY NAME
SELECT count(*) AS n FROM firm UNION ALL BY NAME SELECT 1 AS m

-- [statistics_grammar] INTERSECT with a guess
SELECT sum(turnover) AS x FROM firm WHERE county = 'C11' INTERSECT SELECT 5

-- [statistics_grammar] EXCEPT a guess
SELECT sum(turnover) AS x FROM firm WHERE county = 'C11' EXCEPT SELECT 5

-- [statistics_grammar] INTERSECT of rows
SELECT code FROM firm INTERSECT SELECT code FROM roster

-- [statistics_grammar] a correlated subquery in the list
SELECT county, (SELECT sum(turnover) FROM firm g WHERE g.county = f.county) AS x FROM firm f GROUP BY county

-- [ok] a withheld cell compared with a guess
SELECT county FROM (SELECT county, sum(turnover) AS x FROM firm GROUP BY county) q WHERE x > 1000

-- [withheld] a withheld cell that is NULL
SELECT county, x IS NULL AS y FROM (SELECT county, sum(turnover) AS x FROM firm GROUP BY county) q

-- [withheld] a withheld cell with something in its place
SELECT county, coalesce(x, 0) AS y FROM (SELECT county, sum(turnover) AS x FROM firm GROUP BY county) q

-- [withheld] a withheld cell as a group
SELECT x, count(*) AS m FROM (SELECT county, sum(turnover) AS x FROM firm GROUP BY county) q GROUP BY x

-- [withheld] what is withheld as all minus the rest, by released cells
SELECT sum(x) AS y FROM (SELECT county, sum(turnover) AS x FROM firm GROUP BY county) q

-- [ok] a join of withheld cells with a table of guesses
SELECT r.county FROM (SELECT county, sum(turnover) AS x FROM firm GROUP BY county) q JOIN region r ON q.x > r.weight

-- [withheld] a withheld cell as a condition of a fold
SELECT count(*) FILTER (WHERE x > 1000) AS m FROM (SELECT county, sum(turnover) AS x FROM firm GROUP BY county) q

-- [withheld] a withheld cell in LEAST
SELECT county, least(x, 1) AS y FROM (SELECT county, sum(turnover) AS x FROM firm WHERE county = 'C11' GROUP BY county) q

-- [withheld] a withheld cell in a CASE that does not show it
SELECT county, CASE WHEN x > 1000000 THEN 'more' ELSE 'less' END AS y FROM (SELECT county, sum(turnover) AS x FROM firm WHERE county = 'C11' GROUP BY county) q

-- [withheld] the largest of cells, one of them withheld
SELECT max(x) AS y, min(x) AS z FROM (SELECT county, sum(turnover) AS x FROM firm GROUP BY county) q
