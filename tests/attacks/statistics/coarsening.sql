-- [near_unique] left of all letters
SELECT left(name, 20) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] right of all letters
SELECT right(name, 20) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] the digits at the end
SELECT right(name, 4) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] a substring that is the whole
SELECT substring(name, 1, 100) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statement_wrong] substr without a length
SELECT substr(name, 3) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a slice
SELECT name[1:20] AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] upper
SELECT upper(name) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] lower of trim
SELECT lower(trim(name)) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] trim of all but the digits
SELECT trim(name, 'NCARYME1-') AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] with an empty text behind it
SELECT name || '' AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] with an empty text before it
SELECT '' || name AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] pieces put together again
SELECT left(name, 10) || right(name, 9) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] coalesce
SELECT coalesce(name, '') AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] NULLIF
SELECT nullif(name, 'x') AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] a case for each value
SELECT CASE name WHEN 'N1-CANARY-NAME-0001' THEN 'a' WHEN 'N1-CANARY-NAME-0002' THEN 'b' ELSE 'c' END AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] a case that gives the value itself
SELECT CASE WHEN county = 'C11' THEN name END AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] a cast to text
SELECT CAST(name AS VARCHAR) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a cast to a blob
SELECT CAST(name AS BLOB) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a digest
SELECT md5(name) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] its length
SELECT length(name) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a letter's code
SELECT ascii(right(name, 1)) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] parts of a split
SELECT split_part(name, '-', 4) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] replace
SELECT replace(name, 'N1', '') AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] days, as a part of a date
SELECT date_trunc('day', opened) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] days since an epoch
SELECT extract(epoch FROM opened) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] weeks
SELECT date_trunc('week', opened) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] day of the year with the year
SELECT year(opened) AS y, dayofyear(opened) AS d, count(*) AS n FROM firm GROUP BY 1, 2

-- [statistics_grammar] strftime
SELECT strftime(opened, '%Y-%m-%d') AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] rounding a measure into classes of one
SELECT round(turnover, -1) AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] dividing a measure into classes
SELECT turnover // 1000000 AS k, count(*) AS n FROM firm GROUP BY 1

-- [use_not_allowed] the key itself
SELECT code, count(*) AS n FROM firm GROUP BY code

-- [use_not_allowed] a piece of the key
SELECT left(code, 2) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] days as a piece of text
SELECT left(CAST(opened AS VARCHAR), 10) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] days put together from months and the rest
SELECT CAST(month(opened) AS VARCHAR) || right(CAST(opened AS VARCHAR), 2) AS k, count(*) AS n FROM firm GROUP BY 1
