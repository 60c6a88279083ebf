-- [withheld] a table expression called like the table
WITH firm AS (SELECT * FROM firm) SELECT sum(turnover) AS x FROM firm WHERE county = 'C11'

-- [statistics_grammar] a table expression called like a visible table
WITH roster AS (SELECT turnover AS staff FROM firm) SELECT staff FROM roster

-- [band_not_declared] a table expression that hides what is protected
WITH region AS (SELECT turnover AS weight, county FROM firm) SELECT weight, count(*) AS n FROM region GROUP BY weight

-- [not_found] the inner name of the entity
SELECT "·entity", count(*) AS n FROM firm GROUP BY 1

-- [not_found] the inner name of the entity, counted
SELECT county, count(DISTINCT "·entity") AS n FROM firm GROUP BY 1

-- [withheld] a column called like the inner name of the entity
WITH t AS (SELECT county, turnover, name AS "·e0" FROM firm WHERE county = 'C11') SELECT count(*) AS n, sum(turnover) AS x FROM t

-- [withheld] a year in its place: one firm of three years is three
WITH t AS (SELECT county, turnover, turnover AS "·e0" FROM firm) SELECT county, count(*) AS n, sum(turnover) AS x FROM t WHERE county IN ('C10', 'C11') GROUP BY county

-- [withheld] in capitals
WITH t AS (SELECT county, turnover, name AS "·E0" FROM firm) SELECT count(*) AS n, sum(turnover) AS x FROM t WHERE county = 'C11'

-- [withheld] each row of two counties in its place
WITH t AS (SELECT county, turnover, turnover AS "·e0" FROM firm WHERE county = 'C11') SELECT count(*) AS n FROM t

-- [statistics_grammar] visits in its place: one firm of 400 visits is 400
WITH t AS (SELECT f.turnover, f.year, v.n AS "·e0" FROM firm f JOIN visit v ON f.code = v.code WHERE f.county = '{v_county}' AND f.industry = '{v_industry}' AND f.size = '{v_size}') SELECT count(*) AS n FROM t

-- [withheld] the inner name of the entity in a subquery of a subquery
SELECT count(*) AS n, sum(turnover) AS x FROM (SELECT turnover, k AS "·e0" FROM (SELECT turnover, name AS k FROM firm WHERE county = 'C11') a) b

-- [withheld] the entity of the other table
WITH t AS (SELECT f.turnover, f.name AS "·e1" FROM firm f JOIN inspection i USING (code) WHERE f.county = 'C11') SELECT count(*) AS n, sum(turnover) AS x FROM t

-- [not_found] names of inner tables
SELECT * FROM b0_rows

-- [withheld] names of inner tables, as one's own
WITH b0_rows AS (SELECT county, turnover FROM firm) SELECT sum(turnover) AS x FROM b0_rows WHERE county = 'C11'

-- [withheld] names of inner tables, as one's own, of released cells
WITH b0 AS (SELECT county, count(*) AS n FROM firm GROUP BY county), q1 AS (SELECT n FROM b0) SELECT b0.county, sum(n) AS x FROM b0 GROUP BY 1

-- [not_found] names of inner columns
SELECT k0, v0, s0 FROM firm GROUP BY k0

-- [withheld] names of inner columns, as one's own
SELECT county AS k0, sum(turnover) AS v0, count(*) AS s0 FROM firm GROUP BY county

-- [withheld] aliases called like inner columns
WITH t AS (SELECT county AS k0, turnover AS m0, industry AS g1, year AS e0 FROM firm) SELECT k0, sum(m0) AS v0, count(*) FILTER (WHERE g1 = 'I00') AS n1 FROM t GROUP BY k0

-- [withheld] tables called like inner tables
SELECT b0.county, sum(b0.turnover) AS x FROM firm AS b0 JOIN region AS b0_cells ON b0.county = b0_cells.county GROUP BY 1

-- [withheld] a companion of one's own
SELECT county, sum(turnover) AS x, NULL AS x_withheld FROM firm GROUP BY county

-- [not_found] the companion of another column
SELECT county, sum(turnover) AS x, x_withheld FROM firm GROUP BY county

-- [not_found] the companion of an inner query
SELECT x_withheld, w0, s0 FROM (SELECT sum(turnover) AS x FROM firm) q

-- [band_not_declared] a measure called like a dimension
SELECT county, count(*) AS n FROM (SELECT turnover AS county FROM firm) q GROUP BY county

-- [statistics_grammar] names swapped by a list of columns
SELECT county, count(*) AS n FROM (SELECT county, turnover FROM firm) AS q(turnover, county) GROUP BY county

-- [statistics_grammar] names swapped by a list of columns of WITH
WITH q(turnover, county) AS (SELECT county, turnover FROM firm) SELECT county, count(*) AS n FROM q GROUP BY county

-- [statistics_grammar] names swapped by a list of columns of the table
SELECT c, count(*) AS n FROM firm AS q(a, b, c) GROUP BY c

-- [band_not_declared] an alias as a group that is a measure
SELECT turnover AS county2, count(*) AS n FROM firm GROUP BY county2

-- [statistics_grammar] an alias that is an aggregate as a group
SELECT sum(turnover) AS k, count(*) AS n FROM firm GROUP BY k

-- [band_not_declared] an alias called like a column, of a measure
SELECT turnover AS county, count(*) AS n FROM firm GROUP BY county

-- [statistics_grammar] aliases that name each other
SELECT b AS a, a AS b, count(*) AS n FROM firm GROUP BY county

-- [statistics_grammar] a star with replacements
SELECT county, count(*) AS n FROM (SELECT * REPLACE (turnover AS county) FROM firm) q GROUP BY county

-- [statistics_grammar] a star of a table with replacements
SELECT county, count(*) AS n FROM (SELECT f.* REPLACE (turnover AS county) FROM firm f) q GROUP BY county

-- [statistics_grammar] a star with new names
SELECT county, count(*) AS n FROM (SELECT * RENAME (turnover AS k) FROM firm) q GROUP BY county

-- [statistics_grammar] COLUMNS
SELECT sum(COLUMNS('t.*')) AS x FROM firm WHERE county = 'C11'

-- [statistics_grammar] all columns by star in a table expression
WITH t AS (SELECT * FROM firm) SELECT * FROM t

-- [not_found] the table as a value
SELECT firm, count(*) AS n FROM firm GROUP BY 1

-- [not_found] the row number of the engine
SELECT rowid, sum(turnover) AS x FROM firm GROUP BY rowid

-- [withheld] quotation marks in an alias
SELECT sum(turnover) AS "x"" FROM firm; --" FROM firm WHERE county = 'C11'

-- [not_found] a comment inside a name
SELECT count(*) AS n FROM fi/**/rm

-- [not_found] full-width letters
SELECT count(*) AS n FROM ｆｉｒｍ

-- [statement_wrong] a zero-width space in a name
SELECT sum(turn​over) AS x FROM firm

-- [not_found] a Kelvin sign for a K
SELECT count(*) AS n FROM firm WHERE KODE = 'x'

-- [ok] a long s in a name
SELECT ſize, count(*) AS n FROM firm GROUP BY 1

-- [withheld] an override in an alias
SELECT count(*) AS "‮n" FROM firm WHERE county = 'C11'
