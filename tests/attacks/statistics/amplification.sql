-- [statistics_grammar] one firm's turnover multiplied so that it drowns the others
SELECT sum(CASE WHEN county = 'C11' THEN turnover * 1000000000 ELSE turnover END) AS x FROM firm

-- [statistics_grammar] the same as a product of the aggregate's argument
SELECT sum(turnover * 1e9) AS x FROM firm WHERE county = 'C11'

-- [statistics_grammar] a weight that is not alike for all
SELECT county, sum(turnover * grade) AS x FROM firm GROUP BY county

-- [statistics_grammar] a shift that is another for one class
SELECT sum(turnover + CASE WHEN grade = 2 THEN 1e15 ELSE 0 END) AS x FROM firm

-- [statistics_grammar] two results in one CASE
SELECT sum(CASE WHEN grade = 2 THEN turnover WHEN grade = 1 THEN 0 END) AS x FROM firm GROUP BY county

-- [statistics_grammar] another literal than 0 in the branch of the others
SELECT sum(CASE WHEN grade = 2 THEN turnover ELSE 1000000000000 END) AS x FROM firm GROUP BY county

-- [statistics_grammar] a literal other than 1 as what is counted
SELECT sum(CASE WHEN grade = 2 THEN 1000 ELSE 1 END) AS x FROM firm GROUP BY county

-- [statistics_grammar] a measure against another inside the argument
SELECT avg(tax / turnover) AS x FROM firm WHERE county = 'C10'

-- [statistics_grammar] a measure raised to a power
SELECT sum(turnover ^ 3) AS x, sum(turnover ** 2) AS y FROM firm WHERE county = 'C10'

-- [statistics_grammar] logarithms, so that nothing dominates
SELECT exp(sum(ln(turnover))) AS x FROM firm WHERE county = 'C10'

-- [statistics_grammar] a reciprocal, so that the smallest dominates
SELECT sum(1 / turnover) AS x FROM firm WHERE county = 'C10'

-- [statistics_grammar] the sign of a difference from a guess
SELECT sum(sign(turnover - 5000000)) AS x FROM firm WHERE county = 'C10'

-- [statistics_grammar] a modulus that keeps the digits of some
SELECT sum(turnover % 2) AS x FROM firm GROUP BY county

-- [statistics_grammar] a fan-out that repeats one firm 400 times in a sum
SELECT sum(f.turnover) AS x, count(*) AS n FROM firm f JOIN visit v ON f.code = v.code WHERE f.year = 2021

-- [statistics_grammar] a fan-out beside firms that are there once
SELECT sum(f.turnover) AS x FROM firm f LEFT JOIN visit v ON f.code = v.code WHERE f.county = '{v_county}' AND f.industry = '{v_industry}' AND f.year = 2021

-- [statistics_grammar] an average over a fan-out
SELECT avg(f.turnover) AS x FROM firm f LEFT JOIN visit v ON f.code = v.code WHERE f.county = '{v_county}' AND f.year = 2021

-- [statistics_grammar] a fan-out of a fan-out
SELECT avg(f.turnover) AS x FROM firm f LEFT JOIN visit v ON f.code = v.code LEFT JOIN visit w ON f.code = w.code WHERE f.county = '{v_county}' AND f.year = 2021

-- [statistics_grammar] a distinct sum
SELECT sum(DISTINCT turnover) AS x FROM firm WHERE county = 'C10'

-- [statistics_grammar] a difference before the aggregate
SELECT sum(turnover - tax) AS x FROM firm WHERE county = 'C10'

-- [use_not_allowed] a correlation with a code that one firm has alone
SELECT corr(turnover, grade) * stddev_pop(turnover) * stddev_pop(grade) * count(*) + sum(turnover) * sum(grade) / count(*) - sum(turnover) AS x FROM firm WHERE county = '{g_county}' AND industry = '{g_industry}' AND year = 2021

-- [use_not_allowed] a correlation with a visible number
SELECT corr(f.turnover, r.staff) AS x FROM firm f JOIN roster r ON f.code = r.code WHERE f.year = 2021

-- [use_not_allowed] a sum of visible numbers over a hidden choice
SELECT sum(r.staff) AS x FROM firm f JOIN roster r ON f.code = r.code WHERE f.year = 2021 AND f.turnover >= 10000000

-- [use_not_allowed] an average and a variance of visible numbers over a hidden choice
SELECT avg(r.staff) AS x, var_pop(r.staff) AS y FROM firm f JOIN roster r ON f.code = r.code WHERE f.year = 2021 AND f.turnover < 10000000
