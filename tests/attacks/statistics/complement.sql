-- [withheld] all and all but a few
SELECT sum(turnover) AS a, sum(turnover) FILTER (WHERE county <> 'C11') AS b FROM firm

-- [withheld] all minus all but a few
SELECT sum(turnover) - sum(turnover) FILTER (WHERE county <> 'C11') AS x FROM firm

-- [withheld] all but a few by CASE
SELECT sum(turnover) - sum(CASE WHEN county <> 'C11' THEN turnover ELSE 0 END) AS x FROM firm

-- [withheld] all but a few by CASE without ELSE, one an average
SELECT avg(turnover) * count(*) - sum(CASE WHEN county <> 'C11' THEN turnover END) AS x FROM firm

-- [statistics_grammar] an average with 0 for the few
SELECT avg(turnover) - avg(CASE WHEN county = 'C11' THEN 0 ELSE turnover END) AS x, count(*) AS n FROM firm

-- [withheld] an average with 0 for all but the few
SELECT avg(CASE WHEN county = 'C11' THEN turnover ELSE 0 END) * count(*) AS x FROM firm

-- [withheld] a guard and its negation
SELECT sum(turnover) FILTER (WHERE county = 'C11') AS a, sum(turnover) FILTER (WHERE NOT county = 'C11') AS b FROM firm

-- [withheld] the number of those without a value
SELECT county, count(*) - count(tax) AS n FROM firm GROUP BY county

-- [withheld] the number of those without a value, from a sum and an average
SELECT county, count(*) - sum(tax) / avg(tax) AS n FROM firm WHERE year = 2023 GROUP BY county

-- [withheld] two guards that overlap in all but a few
SELECT sum(turnover) FILTER (WHERE industry < 'I09') - sum(turnover) FILTER (WHERE industry < 'I09' AND NOT county = 'C11') AS x FROM firm

-- [withheld] counts of two guards that differ in a few
SELECT count(*) FILTER (WHERE county <> 'C11') - count(*) FILTER (WHERE county <> 'C11' AND NOT (county = '{g_county}' AND industry = '{g_industry}' AND grade = 2)) AS n FROM firm

-- [withheld] three guards that give their intersection
SELECT sum(turnover) FILTER (WHERE county = '{a_county}') + sum(turnover) FILTER (WHERE size = '{a_size}') - sum(turnover) FILTER (WHERE county = '{a_county}' OR size = '{a_size}') AS x FROM firm WHERE industry = '{a_industry}' AND year = 2021

-- [withheld] three guards that give how many are in their intersection
SELECT count(*) FILTER (WHERE county = '{a_county}') + count(*) FILTER (WHERE size = '{a_size}') - count(*) FILTER (WHERE county = '{a_county}' OR size = '{a_size}') AS n FROM firm WHERE industry = '{a_industry}' AND year = 2021

-- [withheld] four guards: each alone, neither, all
SELECT sum(turnover) - sum(turnover) FILTER (WHERE county <> '{a_county}') - sum(turnover) FILTER (WHERE size <> '{a_size}') + sum(turnover) FILTER (WHERE county <> '{a_county}' AND size <> '{a_size}') AS x FROM firm WHERE industry = '{a_industry}' AND year = 2021

-- [withheld] exclusive or
SELECT sum(turnover) FILTER (WHERE county = '{a_county}') + sum(turnover) FILTER (WHERE size = '{a_size}') - sum(turnover) FILTER (WHERE (county = '{a_county}') <> (size = '{a_size}')) AS x FROM firm WHERE industry = '{a_industry}' AND year = 2021

-- [withheld] a difference in which one firm holds nearly all
SELECT sum(turnover) - sum(turnover) FILTER (WHERE NOT (size = 'L' AND industry = '{d_industry}')) AS x FROM firm WHERE year = 2021 AND county = '{d_county}'

-- [withheld] a difference in which one firm has a tax and the others none
SELECT sum(tax) - sum(tax) FILTER (WHERE NOT industry = 'I03') AS x FROM firm WHERE year = 2021 AND county = 'C09'

-- [withheld] the same by two guards
SELECT sum(tax) FILTER (WHERE industry < 'I05') - sum(tax) FILTER (WHERE industry < 'I05' AND NOT industry = 'I03') AS x FROM firm WHERE year = 2021 AND county = 'C09'

-- [statistics_grammar] the same by CASE ... ELSE 0
SELECT sum(tax) - sum(CASE WHEN industry = 'I03' THEN 0 ELSE tax END) AS x FROM firm WHERE year = 2021 AND county = 'C09'

-- [withheld] distinct keys of nearly all
SELECT count(DISTINCT code) - count(DISTINCT code) FILTER (WHERE county <> 'C11') AS n FROM firm

-- [statistics_grammar] thirteen guards
SELECT count(*) FILTER (WHERE industry = 'I00') AS a, count(*) FILTER (WHERE industry = 'I01') AS b, count(*) FILTER (WHERE industry = 'I02') AS c, count(*) FILTER (WHERE industry = 'I03') AS d, count(*) FILTER (WHERE industry = 'I04') AS e, count(*) FILTER (WHERE industry = 'I05') AS f, count(*) FILTER (WHERE industry = 'I06') AS g, count(*) FILTER (WHERE industry = 'I07') AS h, count(*) FILTER (WHERE industry = 'I08') AS i, count(*) FILTER (WHERE industry = 'I09') AS j, count(*) FILTER (WHERE industry = 'I10') AS k, count(*) FILTER (WHERE industry = 'I11') AS l, count(*) FILTER (WHERE industry = 'I12') AS m FROM firm

-- [withheld] a guard inside a guard
SELECT sum(CASE WHEN county <> 'C11' THEN turnover END) FILTER (WHERE year = 2021) AS a, sum(turnover) FILTER (WHERE year = 2021) AS b FROM firm

-- [ok] a guard that HAVING sees only
SELECT count(*) AS n FROM firm HAVING sum(turnover) - sum(turnover) FILTER (WHERE county <> 'C11') > 1000

-- [withheld] a guard that ORDER BY sees only
SELECT county, count(*) AS n FROM firm GROUP BY county ORDER BY sum(turnover) FILTER (WHERE grade = 2)

-- [withheld] another name of the measure
SELECT sum(a) - sum(b) FILTER (WHERE county <> 'C11') AS x FROM (SELECT county, turnover AS a, turnover AS b FROM firm) q

-- [withheld] another name of the measure, in a cell of one
SELECT sum(a) - sum(b) FILTER (WHERE NOT size = '{a_size}') AS x FROM (SELECT size, county, industry, year, turnover AS a, turnover AS b FROM firm) q WHERE county = '{a_county}' AND industry = '{a_industry}' AND year = 2021

-- [withheld] the same row by a join with itself
SELECT sum(f.turnover) - sum(g.turnover) FILTER (WHERE NOT f.size = '{a_size}') AS x FROM firm f JOIN firm g ON f.code = g.code AND f.year = g.year WHERE f.county = '{a_county}' AND f.industry = '{a_industry}' AND f.year = 2021

-- [withheld] a number by division, under one guard
SELECT count(*) - sum(turnover) FILTER (WHERE county <> 'C11') / avg(turnover) FILTER (WHERE county <> 'C11') AS n FROM firm WHERE year = 2021

-- [withheld] quantiles of two names of a measure
SELECT quantile_cont(a, 0.5) - quantile_cont(b, 0.55) AS q1 FROM (SELECT turnover AS a, turnover AS b, county, industry, year FROM firm) q WHERE county = '{g_county}' AND industry = '{g_industry}' AND year = 2021

-- [withheld] how many have a value, by a sum and an average under two names
SELECT county, count(*) - sum(a) / avg(b) AS n FROM (SELECT county, year, tax AS a, tax AS b FROM firm) q WHERE year = 2023 GROUP BY county
