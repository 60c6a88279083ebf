-- [statement_wrong] precedence of NOT and =
SELECT sum(turnover) AS x FROM firm WHERE NOT county = 'C11' = true

-- [ok] precedence of OR and AND
SELECT sum(turnover) AS x FROM firm WHERE county = 'C11' AND year = 2021 OR county = 'C10' AND year = 2021

-- [statistics_grammar] a text in dollars
SELECT sum(turnover) AS x FROM firm WHERE county = $$C11$$

-- [statistics_grammar] a text in dollars with a tag
SELECT sum(turnover) AS x FROM firm WHERE county = $a$C11$a$

-- [statistics_grammar] a text with escapes
SELECT sum(turnover) AS x FROM firm WHERE county = E'C\x31\x31'

-- [near_unique] a backslash that is none
SELECT count(*) AS n FROM firm WHERE county = 'C11\' OR name <> '\'

-- [statement_wrong] two texts that are one
SELECT count(*) AS n FROM firm WHERE county = 'C' '11'

-- [ok] a text with quotation marks that ends the statement
SELECT count(*) AS n FROM firm WHERE county = 'C11'' OR ''a'' = ''a'

-- [statement_wrong] a hexadecimal number
SELECT count(*) AS n FROM firm WHERE turnover >= 0x989680

-- [ok] underscores in a number
SELECT count(*) AS n FROM firm WHERE turnover >= 10_000_000

-- [ok] an edge with a decimal point behind it
SELECT count(*) AS n FROM firm WHERE turnover >= 10000000.

-- [band_not_declared] an edge that differs past the digits of a double
SELECT count(*) AS n FROM firm WHERE turnover >= 10000000.0000000000000001

-- [withheld] a colon alias
SELECT x: sum(turnover) FROM firm WHERE county = 'C11'

-- [withheld] a colon cast
SELECT sum(turnover)::VARCHAR AS x FROM firm WHERE county = 'C11'

-- [statistics_grammar] a dot that calls a function
SELECT name.upper() AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] an arrow into a text
SELECT name->'a' AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a double arrow
SELECT name->>'$' AS k, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a power that is an exclusive or elsewhere
SELECT count(*) ^ 2 AS x FROM firm WHERE county = 'C11'

-- [withheld] a division that is whole elsewhere
SELECT count(*) / 2 AS x, count(*) // 2 AS y FROM firm WHERE county = 'C11'

-- [statistics_grammar] bits
SELECT count(*) FILTER (WHERE grade & 1 = 1) AS n FROM firm

-- [statistics_grammar] equality that knows NULL
SELECT count(*) AS n FROM firm WHERE county IS NOT DISTINCT FROM 'C11'

-- [withheld] a double equality
SELECT sum(turnover) AS x FROM firm WHERE county == 'C11'

-- [statistics_grammar] tilde
SELECT count(*) AS n FROM firm WHERE name ~ '0007$'

-- [statistics_grammar] GLOB
SELECT count(*) AS n FROM firm WHERE name GLOB '*0007'

-- [statistics_grammar] SIMILAR TO
SELECT count(*) AS n FROM firm WHERE name SIMILAR TO '.*0007'

-- [statistics_grammar] LIKE with an escape
SELECT count(*) AS n FROM firm WHERE county LIKE 'C$_1' ESCAPE '$'

-- [statement_wrong] LIKE ANY
SELECT count(*) AS n FROM firm WHERE county LIKE ANY ('C1%')

-- [withheld] a hint
SELECT /*+ FULL(firm) */ sum(turnover) AS x FROM firm WHERE county = 'C11'

-- [withheld] a comment that ends late
SELECT sum(turnover) AS x FROM firm /* WHERE county = 'C00' */ WHERE county = 'C11' -- 'C01'

-- [ok] a nested comment
SELECT count(*) AS n FROM firm /* /* */ WHERE turnover >= 5 /* */ */

-- [withheld] a semicolon behind it
SELECT sum(turnover) AS x FROM firm WHERE county = 'C11';

-- [statistics_grammar] an empty statement before it
; SELECT sum(turnover) AS x FROM firm WHERE county = 'C11'

-- [not_granted] another dialect's quotation marks
SELECT `county`, count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] another dialect's brackets
SELECT [county], count(*) AS n FROM firm GROUP BY 1

-- [statistics_grammar] a cast to a date by its name
SELECT count(*) AS n FROM firm WHERE opened >= date('2020-01-01')

-- [statement_wrong] a time zone
SELECT count(*) AS n FROM firm WHERE opened >= TIMESTAMP '2020-01-01 00:00:00+08'

-- [withheld] NULL as a group
SELECT NULL AS k, sum(turnover) AS x FROM firm WHERE county = 'C11' GROUP BY 1

-- [statement_wrong] three-valued logic in a guard
SELECT sum(turnover) - sum(turnover) FILTER (WHERE NOT (county = 'C11' AND NULL)) AS x FROM firm

-- [withheld] a guard that is NULL for some
SELECT sum(turnover) - sum(turnover) FILTER (WHERE CASE WHEN county = 'C11' THEN NULL ELSE true END) AS x FROM firm

-- [statistics_grammar] a star in a count that is none
SELECT count(firm.*) AS n FROM firm

-- [statement_wrong] GROUP BY a number that is out of range
SELECT county, count(*) AS n FROM firm GROUP BY 7

-- [withheld] an alias before an expression of the same name
SELECT upper(county) AS county, sum(turnover) AS x FROM firm WHERE county = 'C11' GROUP BY county
