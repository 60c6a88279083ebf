-- [statistics_grammar] a division by zero where one firm is not as guessed
SELECT sum(1 / (turnover - 1000003)) AS x FROM firm

-- [statistics_grammar] an integer division by zero
SELECT count(*) AS n FROM firm WHERE 1 // (grade - 2) > 0

-- [statistics_grammar] a cast in a condition that fails for some
SELECT count(*) AS n FROM firm WHERE CAST(name AS INTEGER) > 0

-- [statistics_grammar] a cast in a group that fails for some
SELECT CAST(county AS INTEGER) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] TRY_CAST tells which would fail
SELECT TRY_CAST(county AS INTEGER) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] an overflow of a narrow type
SELECT sum(turnover::TINYINT) AS x FROM firm WHERE county = 'C10'

-- [statistics_grammar] an overflow of a decimal
SELECT sum(turnover::DECIMAL(7, 0)) AS x FROM firm WHERE county = 'C10'

-- [statistics_grammar] a sum that overflows on purpose
SELECT sum(turnover * 9223372036854775807) AS x FROM firm

-- [statistics_grammar] a square root of a negative difference
SELECT sum(sqrt(turnover - 2000000)) AS x FROM firm

-- [function_not_allowed] error() in a branch taken by one class
SELECT count(*) FILTER (WHERE CASE WHEN turnover >= 10000000 THEN error(name) END) AS n FROM firm

-- [function_not_allowed] error() over a measure
SELECT error(turnover::VARCHAR) AS x FROM firm

-- [statistics_grammar] a pattern that is no pattern for some
SELECT count(*) AS n FROM firm WHERE regexp_matches('x', name)

-- [statistics_grammar] a regular expression that extracts
SELECT regexp_extract(name, '\d+') AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a date that cannot be read for some
SELECT count(*) AS n FROM firm WHERE strptime(name, '%Y') IS NOT NULL

-- [statement_wrong] a date literal that is none
SELECT count(*) AS n FROM firm WHERE opened >= DATE '2024-02-31'

-- [statement_wrong] a date compared with a text that is none
SELECT count(*) AS n FROM firm WHERE year(opened) >= '20x4'

-- [statement_wrong] a square root over a released count
SELECT sqrt(-count(*)) AS x FROM firm

-- [statement_wrong] a cast over a released value that fails with it in the message
SELECT CAST('n' || CAST(sum(turnover) AS VARCHAR) AS BIGINT) AS x FROM firm

-- [withheld] a cast over a withheld value
SELECT CAST('n' || CAST(sum(turnover) AS VARCHAR) AS BIGINT) AS x FROM firm WHERE county = 'C11'

-- [withheld] a division by a withheld count that would be zero
SELECT 1 // (count(*) - 3) AS x FROM firm WHERE county = 'C11' AND year = 2021

-- [withheld] an overflow by a withheld value
SELECT CAST(sum(turnover) AS DECIMAL(4, 0)) AS x FROM firm WHERE county = 'C11'

-- [withheld] CASE that hides an error behind a withheld comparison
SELECT CASE WHEN sum(turnover) > 1000 THEN CAST('a' AS BIGINT) ELSE 1 END AS x FROM firm WHERE county = 'C11'

-- [statement_wrong] HAVING that fails for a withheld cell
SELECT county, count(*) AS n FROM firm GROUP BY county HAVING sqrt(5 - count(*)) >= 0

-- [statement_wrong] a LIMIT that is a date
SELECT county, count(*) AS n FROM firm GROUP BY county LIMIT DATE '2024-01-01'

-- [statement_wrong] a LIMIT larger than any integer
SELECT county, count(*) AS n FROM firm GROUP BY county LIMIT 100000000000000000000

-- [statement_wrong] a LIMIT made of an aggregate
SELECT county, count(*) AS n FROM firm GROUP BY county LIMIT (SELECT count(*) FROM firm WHERE county = 'C11')

-- [statistics_grammar] a quantile made of a measure
SELECT quantile_cont(turnover, grade / 10) AS x FROM firm

-- [statistics_grammar] a subscript out of range
SELECT [1, 2][grade] AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a repetition of a text as often as a measure says
SELECT sum(length(repeat('x', turnover))) AS x FROM firm

-- [statement_wrong] a type whose digits are calculated
SELECT CAST(sum(turnover) AS DECIMAL(4, count(DISTINCT "·entity"))) AS x FROM firm

-- [statistics_grammar] a type that is a list
SELECT CAST(sum(turnover) AS DECIMAL(18, 0)[]) AS x FROM firm
