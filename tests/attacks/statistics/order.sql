-- [withheld] a rank over released groups
SELECT county, rank() OVER (ORDER BY sum(turnover)) AS x FROM firm GROUP BY county

-- [statistics_grammar] a window over rows
SELECT sum(turnover) OVER (ORDER BY turnover ROWS 1 PRECEDING) AS x FROM firm

-- [statistics_grammar] a lag over rows
SELECT lag(turnover) OVER (ORDER BY name) AS x FROM firm

-- [statistics_grammar] a window in a subquery
SELECT sum(x) AS y FROM (SELECT turnover, row_number() OVER (ORDER BY turnover) AS x FROM firm) q

-- [statistics_grammar] QUALIFY
SELECT county, sum(turnover) AS x FROM firm GROUP BY county QUALIFY row_number() OVER (ORDER BY county) = 1

-- [ok] ordered by a withheld value
SELECT county FROM firm GROUP BY county ORDER BY sum(turnover) DESC

-- [withheld] ordered by a withheld value, nulls first
SELECT county, count(*) AS n FROM firm WHERE county IN ('C09', 'C10', 'C11') GROUP BY county ORDER BY sum(tax) NULLS FIRST

-- [statistics_grammar] the first row of a subquery
SELECT sum(turnover) AS x FROM (SELECT turnover FROM firm ORDER BY turnover DESC LIMIT 5) q

-- [statistics_grammar] rows with an offset
SELECT sum(turnover) AS x FROM (SELECT turnover FROM firm LIMIT 1000 OFFSET 7) q

-- [statistics_grammar] rows with a limit only
SELECT avg(turnover) AS x FROM (SELECT turnover FROM firm LIMIT 5) q

-- [statistics_grammar] a sample of rows
SELECT sum(turnover) AS x FROM firm USING SAMPLE 6 ROWS

-- [statistics_grammar] a sample of the table
SELECT sum(turnover) AS x FROM firm TABLESAMPLE 1 PERCENT (bernoulli, 42)

-- [statistics_grammar] DISTINCT ON
SELECT DISTINCT ON (county) county, turnover FROM firm

-- [statistics_grammar] DISTINCT ON over groups
SELECT DISTINCT ON (county) county, size, count(*) AS n FROM firm GROUP BY county, size

-- [band_not_declared] distinct rows
SELECT sum(turnover) AS x FROM (SELECT DISTINCT county, turnover FROM firm) q

-- [statistics_grammar] a percentage of the rows
SELECT county, count(*) AS n FROM firm GROUP BY county LIMIT 10%

-- [statistics_grammar] random order
SELECT county, count(*) AS n FROM firm GROUP BY county ORDER BY random()

-- [statistics_grammar] ordered by all
SELECT county, count(*) AS n FROM firm GROUP BY county ORDER BY ALL

-- [statistics_grammar] fetch first
SELECT sum(turnover) AS x FROM (SELECT turnover FROM firm FETCH FIRST 5 ROWS ONLY) q

-- [function_not_allowed] ordered by an error
SELECT county, count(*) AS n FROM firm GROUP BY county ORDER BY error('x')

-- [withheld] a share of all, one of which is withheld
SELECT county, sum(turnover) / sum(sum(turnover)) OVER () AS x FROM firm GROUP BY county

-- [withheld] a running total beside the total
SELECT county, sum(sum(turnover)) OVER (ORDER BY county) AS x FROM firm GROUP BY county

-- [withheld] the neighbour of a withheld cell
SELECT county, lag(sum(turnover)) OVER (ORDER BY county) AS x, lead(sum(turnover), 2) OVER (ORDER BY county) AS y FROM firm GROUP BY county

-- [statistics_grammar] a default in the place of a neighbour
SELECT county, lag(sum(turnover), 1, 0) OVER (ORDER BY county) AS x FROM firm GROUP BY county

-- [withheld] the rank of a withheld cell, by its percentage
SELECT county, percent_rank() OVER (ORDER BY sum(turnover) DESC) AS x FROM firm GROUP BY county

-- [withheld] partitions by a withheld cell
SELECT county, count(*) OVER (PARTITION BY sum(turnover)) AS x FROM firm GROUP BY county

-- [statistics_grammar] a frame of one row
SELECT county, sum(sum(turnover)) OVER (ORDER BY county ROWS BETWEEN CURRENT ROW AND CURRENT ROW) AS x FROM firm GROUP BY county

-- [statistics_grammar] a window without an order over rows
SELECT county, count(*) OVER () AS x FROM firm

-- [statistics_grammar] the first value of a window
SELECT county, first_value(sum(turnover)) OVER (ORDER BY sum(turnover)) AS x FROM firm GROUP BY county

-- [statistics_grammar] a window inside a window
SELECT sum(rank() OVER (ORDER BY turnover)) OVER () AS x FROM firm

-- [statistics_grammar] a window with a condition
SELECT county, sum(sum(turnover)) FILTER (WHERE county <> 'C11') OVER () AS x FROM firm GROUP BY county
