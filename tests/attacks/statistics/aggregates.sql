-- [statistics_grammar] the largest
SELECT max(turnover) AS x FROM firm

-- [statistics_grammar] the smallest
SELECT min(turnover) AS x FROM firm

-- [statistics_grammar] the largest few
SELECT max(turnover, 3) AS x FROM firm

-- [statistics_grammar] a list
SELECT list(turnover) AS x FROM firm

-- [statistics_grammar] an array
SELECT array_agg(turnover ORDER BY turnover) AS x FROM firm

-- [statistics_grammar] texts put together
SELECT string_agg(name, ',') AS x FROM firm

-- [statistics_grammar] the first
SELECT first(turnover) AS x FROM firm

-- [statistics_grammar] the last
SELECT last(turnover) AS x FROM firm

-- [statistics_grammar] any
SELECT any_value(turnover) AS x FROM firm

-- [statistics_grammar] the most frequent
SELECT mode(turnover) AS x FROM firm

-- [statistics_grammar] the most frequent name
SELECT mode(name) AS x FROM firm

-- [statistics_grammar] who has the largest
SELECT arg_max(name, turnover) AS x FROM firm

-- [statistics_grammar] the smallest, by another
SELECT min_by(turnover, opened) AS x FROM firm

-- [statistics_grammar] a histogram
SELECT histogram(turnover) AS x FROM firm

-- [statistics_grammar] the approximate most frequent
SELECT approx_top_k(turnover, 5) AS x FROM firm

-- [statistics_grammar] how many different, approximately
SELECT approx_count_distinct(turnover) AS n FROM firm WHERE county = 'C11'

-- [statistics_grammar] a product
SELECT product(turnover) AS x FROM firm WHERE county = 'C10'

-- [statistics_grammar] bits
SELECT bit_xor(turnover) AS x, bit_or(turnover) AS y FROM firm WHERE county = 'C10'

-- [statistics_grammar] skewness
SELECT skewness(turnover) AS x, kurtosis(turnover) AS y FROM firm WHERE county = 'C10'

-- [statistics_grammar] entropy
SELECT entropy(turnover) AS x FROM firm

-- [statistics_grammar] a regression with a code
SELECT regr_slope(turnover, grade) AS x, regr_intercept(turnover, grade) AS y FROM firm WHERE county = '{g_county}' AND industry = '{g_industry}'

-- [statistics_grammar] a covariance with a code
SELECT covar_pop(turnover, grade) AS x FROM firm WHERE county = '{g_county}' AND industry = '{g_industry}'

-- [statistics_grammar] a map
SELECT map_from_entries(list((name, turnover))) AS x FROM firm

-- [statistics_grammar] a bitstring
SELECT bitstring_agg(grade) AS x FROM firm

-- [statistics_grammar] whether any
SELECT bool_or(turnover >= 100000000) AS x FROM firm WHERE county = 'C11'

-- [statistics_grammar] whether all
SELECT bool_and(turnover >= 1000000) AS x FROM firm WHERE county = 'C11'

-- [statistics_grammar] count_if
SELECT count_if(turnover >= 100000000) AS n FROM firm WHERE county = 'C11'

-- [statistics_grammar] an aggregate with an order
SELECT sum(turnover ORDER BY name) AS x FROM firm

-- [statistics_grammar] an aggregate of an aggregate
SELECT sum(sum(turnover)) AS x FROM firm GROUP BY county

-- [withheld] a variance of two
SELECT var_samp(turnover) AS x, stddev_pop(turnover) AS y FROM firm WHERE county = 'C11'

-- [withheld] a correlation of three
SELECT corr(turnover, tax) AS x FROM firm WHERE county = 'C11'

-- [use_not_allowed] a sum of keys
SELECT sum(code) AS x FROM firm

-- [statistics_grammar] several keys counted at once
SELECT count(DISTINCT (county, name)) AS n FROM firm WHERE county = 'C11'

-- [statistics_grammar] an unknown one
SELECT steal(turnover) AS x FROM firm

-- [statistics_grammar] how many different grades those above a band have
SELECT county, industry, count(DISTINCT grade) AS x FROM firm WHERE turnover >= 10000000 GROUP BY 1, 2

-- [statistics_grammar] how many different years of opening
SELECT county, count(DISTINCT year(opened)) AS x FROM firm WHERE turnover >= 100000000 GROUP BY county
