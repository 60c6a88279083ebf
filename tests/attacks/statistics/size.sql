-- [not_granted] many parentheses
SELECT sum(turnover) AS x FROM firm WHERE <<4000 * '('>>county = 'C11'<<4000 * ')'>>

-- [statement_wrong] many negations
SELECT sum(turnover) AS x FROM firm WHERE <<3000 * 'NOT '>>county = 'C11'

-- [withheld] many classes
SELECT CASE <<join 400 'WHEN year = {i} THEN {j} '>>ELSE 0 END AS k, sum(turnover) AS x FROM firm WHERE county = 'C11' GROUP BY 1

-- [withheld] many columns
SELECT <<join 300 'sum(turnover) * {i} AS x{i}, '>>count(*) AS n FROM firm WHERE county = 'C11'

-- [statistics_grammar] a long list
SELECT sum(turnover) AS x FROM firm WHERE county IN (<<join 3000 '$$A{i}$$, '>>'C11')

-- [statement_wrong] a long text
SELECT sum(turnover) AS x FROM firm WHERE county = '<<5000 * 'x'>>'

-- [statement_wrong] a long name
SELECT sum(turnover) AS <<5000 * 'x'>> FROM firm WHERE county = 'C11'

-- [not_granted] many subqueries
SELECT count(*) AS n FROM <<200 * '(SELECT * FROM '>>firm<<200 * ') q'>>

-- [statistics_grammar] many table expressions
WITH <<join 60 't{i} AS (SELECT county, sum(turnover) AS x FROM firm GROUP BY county), '>> z AS (SELECT 1 AS a FROM region GROUP BY 1) SELECT * FROM t1

-- [statistics_grammar] many unions
<<60 * 'SELECT sum(turnover) AS x FROM firm UNION ALL '>>SELECT sum(turnover) AS x FROM firm

-- [statistics_grammar] aliases that double
SELECT count(*) AS a0<<join 40 ', a{i} + a{i} AS a{j}'>> FROM firm GROUP BY county

-- [statement_wrong] a cube of too much
SELECT count(*) AS n FROM firm GROUP BY CUBE (county, industry, size, grade, year, year(opened), month(opened), quarter(opened), left(county, 1), left(county, 2), left(industry, 1), left(industry, 2), right(county, 1), right(industry, 1), upper(size), lower(size), upper(county), lower(county))

-- [ok] a join of many
SELECT count(*) AS n FROM firm f0 <<join 7 'JOIN firm f{j} ON f{i}.code = f{j}.code '>>
