-- [band_not_declared] an edge that is not declared
SELECT count(*) AS n FROM firm WHERE turnover >= 5000000

-- [band_not_declared] an edge by one unit
SELECT count(*) AS n FROM firm WHERE turnover >= 10000001

-- [band_not_declared] more than an edge
SELECT count(*) AS n FROM firm WHERE turnover > 10000000

-- [band_not_declared] at most an edge
SELECT count(*) AS n FROM firm WHERE turnover <= 10000000

-- [band_not_declared] between two edges, whose upper one is part of it
SELECT count(*) AS n FROM firm WHERE turnover BETWEEN 1000000 AND 10000000

-- [band_not_declared] exactly an edge
SELECT count(*) AS n FROM firm WHERE turnover = 10000000

-- [band_not_declared] not an edge
SELECT count(*) AS n FROM firm WHERE turnover <> 10000000

-- [band_not_declared] the negation of an edge that is not declared
SELECT count(*) AS n FROM firm WHERE NOT (turnover < 5000000)

-- [statistics_grammar] an edge moved by arithmetic
SELECT count(*) AS n FROM firm WHERE turnover - 1234567 >= 10000000

-- [band_not_declared] an edge moved on the other side
SELECT count(*) AS n FROM firm WHERE turnover >= 10000000 + 1234567

-- [statistics_grammar] an edge times two
SELECT count(*) AS n FROM firm WHERE turnover * 2 >= 10000000

-- [band_not_declared] an edge of another column
SELECT count(*) AS n FROM firm WHERE tax >= 10000000

-- [band_not_declared] a measure against a measure
SELECT count(*) AS n FROM firm WHERE tax >= turnover

-- [band_not_declared] a measure against a column of the attacker's
SELECT count(*) AS n FROM firm f JOIN region r ON f.county = r.county WHERE f.turnover >= r.weight

-- [band_not_declared] a measure against itself
SELECT count(*) AS n FROM firm WHERE turnover >= turnover

-- [band_not_declared] a measure as the result of a CASE
SELECT CASE WHEN turnover >= 10000000 THEN turnover ELSE 0 END AS k, count(*) AS n FROM firm GROUP BY 1

-- [band_not_declared] a measure under another name
WITH t AS (SELECT turnover AS county FROM firm) SELECT county, count(*) AS n FROM t GROUP BY county

-- [band_not_declared] a measure under another name against an edge of one's own
SELECT count(*) AS n FROM (SELECT turnover AS t FROM firm) q WHERE t >= 5000000

-- [band_not_declared] a band under another name, at an edge of one's own
SELECT count(*) AS n FROM (SELECT turnover >= 5000000 AS t FROM firm) q WHERE t

-- [band_not_declared] a measure by IN
SELECT count(*) AS n FROM firm WHERE turnover IN (1000003)

-- [band_not_declared] a measure that is not there
SELECT count(*) AS n FROM firm WHERE tax IS NULL

-- [band_not_declared] a measure as a truth
SELECT count(*) AS n FROM firm WHERE turnover

-- [band_not_declared] a measure cast, against an edge
SELECT count(*) AS n FROM firm WHERE CAST(turnover AS DOUBLE) >= 5000000

-- [band_not_declared] a measure as text
SELECT count(*) AS n FROM firm WHERE CAST(turnover AS VARCHAR) LIKE '1%'

-- [band_not_declared] an edge in scientific notation that is not declared
SELECT count(*) AS n FROM firm WHERE turnover >= 1.00000001e7

-- [band_not_declared] an edge as a text
SELECT count(*) AS n FROM firm WHERE turnover >= '10000000'

-- [band_not_declared] HAVING on a measure
SELECT county, count(*) AS n FROM firm GROUP BY county HAVING turnover >= 5000000

-- [band_not_declared] ORDER BY a measure
SELECT county, count(*) AS n FROM firm GROUP BY county ORDER BY turnover

-- [band_not_declared] a join on a measure
SELECT count(*) AS n FROM firm a JOIN firm b ON a.turnover = b.turnover

-- [band_not_declared] a join on a measure with what is visible
SELECT count(*) AS n FROM firm f JOIN region r ON f.turnover = r.weight

-- [band_not_declared] USING a measure
SELECT count(*) AS n FROM firm a JOIN firm b USING (turnover)

-- [withheld] a band narrowed from both sides
SELECT count(*) AS n, sum(turnover) AS x FROM firm WHERE turnover >= 10000000 AND turnover < 10000000

-- [statistics_grammar] a band in GREATEST
SELECT count(*) AS n FROM firm WHERE greatest(turnover, 5000000) >= 10000000

-- [withheld] a band in a group with all else that singles out
SELECT county, industry, size, year, CASE WHEN turnover >= 100000000 THEN 'h' WHEN turnover >= 10000000 THEN 'm' ELSE 'l' END AS k, sum(turnover) AS x FROM firm GROUP BY 1, 2, 3, 4, 5

-- [band_not_declared] grouped by a measure
SELECT turnover, count(*) AS n FROM firm GROUP BY turnover

-- [use_not_allowed] distinct values of a measure
SELECT count(DISTINCT turnover) AS n FROM firm WHERE county = 'C11'
