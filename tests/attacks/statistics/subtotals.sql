-- [withheld] a subtotal over counties
SELECT county, sum(turnover) AS x FROM firm GROUP BY ROLLUP (county)

-- [withheld] a cube that crosses what is small
SELECT county, industry, size, sum(turnover) AS x, count(*) AS n FROM firm WHERE year = 2021 GROUP BY CUBE (county, industry, size)

-- [withheld] a subtotal of a few
SELECT county, grade, count(*) AS n FROM firm WHERE county IN ('C10', 'C11') GROUP BY ROLLUP (county, grade)

-- [withheld] which row is a subtotal
SELECT county, GROUPING(county) AS g, sum(turnover) AS x FROM firm WHERE county = 'C11' GROUP BY ROLLUP (county)

-- [withheld] walking down to one
SELECT county, industry, size, grade, year, sum(turnover) AS x, count(*) AS n FROM firm GROUP BY 1, 2, 3, 4, 5

-- [ok] only cells of one
SELECT county, industry, size, count(*) AS n FROM firm GROUP BY 1, 2, 3 HAVING count(*) = 1

-- [ok] cells under the threshold
SELECT county, industry, size, count(*) AS n FROM firm GROUP BY 1, 2, 3 HAVING count(*) < 5

-- [withheld] cells of five rows, which may be of two firms
SELECT county, industry, size, count(*) AS n, sum(turnover) AS x FROM firm GROUP BY 1, 2, 3 HAVING count(*) BETWEEN 5 AND 8

-- [withheld] the number of withheld cells by their rows
SELECT n, count(*) AS m FROM (SELECT county, industry, size, count(*) AS n FROM firm GROUP BY 1, 2, 3) q GROUP BY n

-- [withheld] a subtotal of subtotals
SELECT sum(n) AS m FROM (SELECT county, grade, count(*) AS n FROM firm GROUP BY ROLLUP (county, grade)) q

-- [statistics_grammar] GROUPING SETS
SELECT county, industry, sum(turnover) AS x FROM firm GROUP BY GROUPING SETS ((county), (industry), ())

-- [statistics_grammar] a rollup beside a plain group
SELECT county, industry, sum(turnover) AS x FROM firm GROUP BY county, ROLLUP (industry)

-- [statement_wrong] WITH TOTALS
SELECT county, sum(turnover) AS x FROM firm GROUP BY county WITH TOTALS

-- [withheld] all groups there are
SELECT county, industry, size, grade, sum(turnover) AS x FROM firm GROUP BY ALL

-- [withheld] a cube of everything
SELECT county, industry, size, grade, year, sum(turnover) AS x FROM firm WHERE county = 'C10' GROUP BY CUBE (county, industry, size, grade, year)

-- [withheld] five firms by one and the others by another
SELECT CASE WHEN county IN ('C10', 'C11') THEN county ELSE 'others' END AS k, sum(turnover) AS x FROM firm GROUP BY 1

-- [withheld] groups by a constant
SELECT 1 AS k, sum(turnover) AS x FROM firm WHERE county = 'C11' GROUP BY 1

-- [withheld] nothing but a condition that few meet
SELECT sum(turnover) AS x, count(*) AS n FROM firm WHERE grade = 2 AND county = '{g_county}' AND industry = '{g_industry}'

-- [withheld] entities of several rows
SELECT year, count(*) AS n, sum(turnover) AS x FROM firm WHERE county = 'C11' GROUP BY year
