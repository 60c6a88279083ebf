-- [near_unique] by name
SELECT name, count(*) AS n FROM firm GROUP BY name

-- [near_unique] one name
SELECT count(*) AS n, sum(turnover) AS x FROM firm WHERE name = 'N1-CANARY-NAME-0007'

-- [near_unique] a list of names
SELECT sum(turnover) AS x FROM firm WHERE name IN ('N1-CANARY-NAME-0001', 'N1-CANARY-NAME-0002', 'N1-CANARY-NAME-0003', 'N1-CANARY-NAME-0004', 'N1-CANARY-NAME-0005', 'N1-CANARY-NAME-0006')

-- [near_unique] all but one
SELECT sum(turnover) AS x FROM firm WHERE name <> 'N1-CANARY-NAME-0007'

-- [near_unique] a range of names
SELECT sum(turnover) AS x FROM firm WHERE name >= 'N1-CANARY-NAME-0007' AND name < 'N1-CANARY-NAME-0008'

-- [near_unique] between names
SELECT sum(turnover) AS x FROM firm WHERE name BETWEEN 'N1-CANARY-NAME-0007' AND 'N1-CANARY-NAME-0007'

-- [near_unique] names alike
SELECT count(*) AS n FROM firm WHERE name LIKE '%0007'

-- [near_unique] names that begin so
SELECT count(*) AS n FROM firm WHERE starts_with(name, 'N1-CANARY-NAME-0007')

-- [near_unique] in FILTER
SELECT sum(turnover) FILTER (WHERE name = 'N1-CANARY-NAME-0007') AS x FROM firm

-- [near_unique] in CASE
SELECT sum(CASE WHEN name = 'N1-CANARY-NAME-0007' THEN turnover END) AS x FROM firm

-- [statistics_grammar] as the compared value of CASE
SELECT sum(CASE name WHEN 'N1-CANARY-NAME-0007' THEN turnover END) AS x FROM firm

-- [near_unique] in the condition of a join
SELECT sum(f.turnover) AS x FROM firm f JOIN region r ON f.county = r.county AND f.name = 'N1-CANARY-NAME-0007'

-- [near_unique] is it there
SELECT count(*) AS n FROM firm WHERE name IS NOT NULL AND NOT (name <> 'N1-CANARY-NAME-0007')

-- [near_unique] by day of opening
SELECT opened, count(*) AS n FROM firm GROUP BY opened

-- [near_unique] one day of opening
SELECT count(*) AS n FROM firm WHERE opened = DATE '1994-05-12'

-- [near_unique] days of opening as text
SELECT CAST(opened AS VARCHAR) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] before a day that only one is before
SELECT count(*) AS n FROM firm WHERE opened < '1990-01-05'

-- [near_unique] behind another column
SELECT county || name AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] behind another column, in a condition
SELECT count(*) AS n FROM firm WHERE county || name = '{v_county}N1-CANARY-NAME-0000'

-- [near_unique] behind a column of a CASE that never holds
SELECT CASE WHEN year > 3000 THEN county ELSE name END AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] behind a column of a coalesce
SELECT coalesce(CASE WHEN year > 3000 THEN county END, name) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] behind IF
SELECT if(year > 3000, county, name) AS k, count(*) AS n FROM firm GROUP BY 1

-- [near_unique] behind another column, made in a subquery
WITH t AS (SELECT county || (name || CAST(year(opened) AS VARCHAR)) AS k FROM firm) SELECT k, count(*) AS n FROM t GROUP BY k

-- [near_unique] as the result of a CASE of a subquery
WITH t AS (SELECT CASE WHEN year > 3000 THEN county ELSE name END AS k FROM firm) SELECT k, count(*) AS n FROM t GROUP BY k

-- [near_unique] distinct names
SELECT DISTINCT name FROM firm

-- [near_unique] distinct names behind a county
SELECT DISTINCT county || '/' || name AS k FROM firm

-- [statistics_grammar] ordered by name
SELECT county, count(*) AS n FROM firm GROUP BY county ORDER BY name

-- [statistics_grammar] HAVING a name
SELECT county, count(*) AS n FROM firm GROUP BY county HAVING name = 'x'

-- [near_unique] equal to a name of another row
SELECT a.county, count(*) AS n FROM firm a JOIN firm b ON a.name = b.name AND a.name = 'N1-CANARY-NAME-0007' GROUP BY a.county

-- [near_unique] compared with another column
SELECT count(*) AS n FROM firm WHERE name > county

-- [near_unique] by boss, whose firm is one
SELECT r.boss, count(*) AS n FROM firm f JOIN roster r ON f.code = r.code WHERE f.turnover >= 10000000 GROUP BY r.boss
