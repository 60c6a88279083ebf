-- [statistics_grammar] the maximum as a quantile
SELECT quantile_cont(turnover, 1) AS x FROM firm

-- [statistics_grammar] the minimum as a quantile
SELECT quantile_disc(turnover, 0.0) AS x FROM firm

-- [statistics_grammar] the last per cent
SELECT quantile_cont(turnover, 0.9999) AS x FROM firm

-- [statistics_grammar] just outside the edge
SELECT quantile_cont(turnover, 0.9500000001) AS x FROM firm

-- [withheld] on the edge in a cell that is too small for it
SELECT county, quantile_cont(turnover, 0.95) AS x FROM firm WHERE industry = 'I11' GROUP BY county

-- [statistics_grammar] many quantiles at once
SELECT quantile_cont(turnover, [0.05, 0.5, 0.9999]) AS x FROM firm

-- [statistics_grammar] a negative quantile counts from the end
SELECT quantile_cont(turnover, -0.01) AS x FROM firm

-- [statistics_grammar] a quantile that is calculated
SELECT quantile_cont(turnover, 0.9 + 0.0999) AS x FROM firm

-- [statistics_grammar] a quantile in scientific notation
SELECT quantile_cont(turnover, 9999e-4) AS x FROM firm

-- [statistics_grammar] WITHIN GROUP, in descending order
SELECT percentile_disc(0.05) WITHIN GROUP (ORDER BY turnover DESC) AS x FROM firm

-- [statistics_grammar] WITHIN GROUP, the maximum
SELECT percentile_disc(1.0) WITHIN GROUP (ORDER BY turnover) AS x FROM firm

-- [statistics_grammar] WITHIN GROUP by one column, of another
SELECT mode() WITHIN GROUP (ORDER BY turnover) AS x FROM firm

-- [statistics_grammar] a median of one firm that a join repeats 400 times
SELECT median(f.turnover) AS x FROM firm f LEFT JOIN visit v ON f.code = v.code WHERE f.county = '{v_county}' AND f.year = 2021

-- [statistics_grammar] a quantile of one firm that a join repeats 400 times
SELECT quantile_disc(f.turnover, 0.3) AS x, quantile_disc(f.turnover, 0.7) AS y FROM firm f LEFT JOIN visit v ON f.code = v.code WHERE f.county = '{v_county}' AND f.year = 2021

-- [withheld] a median of a county of three
SELECT median(turnover) AS x FROM firm WHERE county = 'C11'

-- [withheld] a median of a county of six
SELECT median(turnover) AS x FROM firm WHERE county = 'C10'

-- [statistics_grammar] approximate quantiles
SELECT approx_quantile(turnover, 0.999) AS x FROM firm

-- [statistics_grammar] reservoir quantiles
SELECT reservoir_quantile(turnover, 0.5, 1) AS x FROM firm

-- [statistics_grammar] the median absolute deviation
SELECT mad(turnover) AS x FROM firm

-- [statement_wrong] a median of a near-unique text
SELECT median(name) AS x FROM firm

-- [use_not_allowed] a quantile of a key
SELECT quantile_disc(code, 0.5) AS x FROM firm

-- [statement_wrong] a quantile of a date
SELECT quantile_disc(opened, 0.5) AS x FROM firm

-- [statistics_grammar] a median with 0 for the others
SELECT median(CASE WHEN grade = 2 THEN turnover ELSE 0 END) AS x FROM firm

-- [statistics_grammar] walking quantiles
SELECT <<join 90 'quantile_disc(turnover, 0.{j}) AS x{j}, '>>count(*) AS n FROM firm WHERE county = '{g_county}' AND industry = '{g_industry}'

-- [withheld] walking quantiles in the allowed steps
SELECT quantile_disc(turnover, 0.45) AS q1, quantile_disc(turnover, 0.5) AS q2, quantile_disc(turnover, 0.55) AS q3 FROM firm WHERE county = '{g_county}' AND industry = '{g_industry}' AND year = 2021

-- [withheld] a quantile of all and of all but a few
SELECT quantile_disc(turnover, 0.5) AS q1, quantile_disc(turnover, 0.5) FILTER (WHERE county <> 'C11') AS q2 FROM firm
