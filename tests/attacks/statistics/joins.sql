-- [near_unique] who of the roster is there
SELECT count(*) AS n FROM firm f JOIN roster r ON f.code = r.code WHERE r.boss = 'boss 00'

-- [near_unique] one boss's turnover
SELECT sum(f.turnover) AS x FROM firm f JOIN roster r ON f.code = r.code WHERE r.boss = 'boss 00'

-- [near_unique] one boss's turnover, in a guard
SELECT sum(f.turnover) FILTER (WHERE r.boss = 'boss 00') AS x FROM firm f JOIN roster r ON f.code = r.code

-- [near_unique] all but one boss's turnover
SELECT sum(f.turnover) - sum(f.turnover) FILTER (WHERE r.boss <> 'boss 00') AS x FROM firm f JOIN roster r ON f.code = r.code

-- [near_unique] by boss
SELECT r.boss, sum(f.turnover) AS x FROM roster r JOIN firm f ON r.code = f.code GROUP BY r.boss

-- [near_unique] by staff, which is another for each
SELECT r.staff, sum(f.turnover) AS x FROM roster r LEFT JOIN firm f ON r.code = f.code GROUP BY r.staff

-- [near_unique] those that are not in the roster
SELECT sum(f.turnover) AS x FROM firm f LEFT JOIN roster r ON f.code = r.code WHERE r.boss IS NULL

-- [near_unique] all and those that are not in the roster but for one
SELECT sum(f.turnover) - sum(f.turnover) FILTER (WHERE r.boss IS NULL OR r.boss <> 'boss 00') AS x FROM firm f LEFT JOIN roster r ON f.code = r.code

-- [near_unique] membership by an outer join
SELECT r.boss, count(f.code) AS n FROM roster r LEFT JOIN firm f ON r.code = f.code GROUP BY r.boss

-- [near_unique] membership of inspections by an outer join
SELECT r.boss, count(i.kind) AS n FROM roster r LEFT JOIN inspection i ON r.code = i.code GROUP BY r.boss

-- [statistics_grammar] an outer join with a condition of its own
SELECT count(i.fine) AS n FROM firm f LEFT JOIN inspection i ON f.code = i.code AND i.fine >= 10000

-- [withheld] a firm with itself
SELECT sum(a.turnover) AS x, count(*) AS n FROM firm a JOIN firm b ON a.code = b.code WHERE a.county = 'C11'

-- [statistics_grammar] a firm with the others of its county
SELECT a.county, sum(b.turnover) AS x FROM firm a JOIN firm b ON a.county = b.county WHERE a.year = 2021 AND b.year = 2021 AND a.county = 'C11' GROUP BY a.county

-- [statistics_grammar] many firms with three
SELECT sum(b.turnover) AS x FROM firm a JOIN firm b ON a.size = b.size WHERE a.county = 'C00' AND b.county = 'C11'

-- [statistics_grammar] three firms with many
SELECT sum(a.turnover) AS x, count(*) AS n FROM firm a JOIN firm b ON a.size = b.size WHERE a.county = 'C11' AND b.county = 'C00'

-- [statistics_grammar] USING, with the firm that is visited most
SELECT count(*) AS n FROM visit JOIN firm USING (code) WHERE turnover >= 10000000

-- [statistics_grammar] NATURAL
SELECT count(*) AS n FROM firm NATURAL JOIN roster

-- [statistics_grammar] CROSS
SELECT sum(turnover) AS x FROM firm CROSS JOIN roster

-- [statistics_grammar] comma
SELECT sum(turnover) AS x FROM firm, roster WHERE firm.code = roster.code

-- [statistics_grammar] lateral
SELECT sum(x) AS x FROM roster r, LATERAL (SELECT turnover AS x FROM firm f WHERE f.code = r.code) q

-- [statistics_grammar] RIGHT
SELECT sum(f.turnover) AS x FROM roster r RIGHT JOIN firm f ON r.code = f.code

-- [statistics_grammar] FULL
SELECT count(*) AS n FROM roster r FULL JOIN firm f ON r.code = f.code

-- [statistics_grammar] SEMI
SELECT sum(turnover) AS x FROM firm SEMI JOIN roster USING (code)

-- [statistics_grammar] ANTI
SELECT sum(turnover) AS x FROM firm ANTI JOIN roster USING (code)

-- [statistics_grammar] ASOF
SELECT count(*) AS n FROM firm f ASOF JOIN inspection i ON f.code = i.code AND f.opened <= i.day

-- [statistics_grammar] POSITIONAL
SELECT sum(turnover) AS x FROM firm POSITIONAL JOIN roster

-- [use_not_allowed] by an inequality
SELECT count(*) AS n FROM firm f JOIN roster r ON f.code >= r.code

-- [statistics_grammar] by a truth
SELECT count(*) AS n FROM firm f JOIN roster r ON true

-- [use_not_allowed] by an equality or another
SELECT count(*) AS n FROM firm f JOIN roster r ON f.code = r.code OR f.county = 'C11'

-- [withheld] a key against a value
SELECT count(*) AS n FROM firm f JOIN roster r ON f.code = r.boss

-- [withheld] a name against a value
SELECT count(*) AS n FROM firm f JOIN roster r ON f.name = r.boss

-- [withheld] by USING of a name that both subqueries made
SELECT count(*) AS n FROM (SELECT name AS k FROM firm) a JOIN (SELECT boss AS k FROM roster) b USING (k)

-- [withheld] by name with itself
SELECT a.county, count(*) AS n, sum(b.turnover) AS x FROM firm a JOIN firm b ON a.name = b.name WHERE a.county = 'C11' GROUP BY a.county

-- [withheld] two protected tables, of which one has few in the cell
SELECT f.county, i.kind, count(*) AS n, sum(f.turnover) AS x, sum(i.fine) AS y FROM firm f JOIN inspection i ON f.code = i.code WHERE f.year = 2021 GROUP BY 1, 2

-- [withheld] three tables
SELECT r.zone, sum(f.turnover) AS x FROM firm f JOIN inspection i USING (code) JOIN region r ON f.county = r.county WHERE f.county = 'C11' GROUP BY r.zone

-- [statistics_grammar] protected rows beside released cells
SELECT sum(f.turnover) AS x FROM firm f JOIN (SELECT county, count(*) AS n FROM firm GROUP BY county) q ON f.county = q.county WHERE q.n > 500

-- [use_not_allowed] a key that is compared with a literal
SELECT count(*) AS n FROM firm f JOIN roster r ON f.code = r.code AND f.code = 'CANARY-KEY-0000'

-- [use_not_allowed] a key in a function
SELECT count(*) AS n FROM firm f JOIN roster r ON upper(f.code) = upper(r.code)

-- [statistics_grammar] a fan-out tells whether one firm is above a band
SELECT county, count(*) AS n FROM firm f LEFT JOIN visit v ON f.code = v.code WHERE f.year = 2021 AND f.turnover >= {v_band} GROUP BY county

-- [statistics_grammar] how many visits there are of those above a band
SELECT count(DISTINCT v.n) AS n FROM firm f LEFT JOIN visit v ON f.code = v.code WHERE f.year = 2021 AND f.turnover >= {v_band}

-- [statistics_grammar] visits of those that are above a band, summed up
SELECT sum(1) AS n, count(v.n) AS n1 FROM firm f LEFT JOIN visit v ON f.code = v.code WHERE f.turnover >= {v_band}

-- [statistics_grammar] visits in a guard
SELECT count(*) FILTER (WHERE f.turnover >= {v_band}) AS n FROM firm f JOIN visit v ON f.code = v.code

-- [statistics_grammar] a table that lists areas twice
SELECT count(*) AS n FROM firm f JOIN (SELECT r.county AS c, s.zone AS z FROM region r JOIN region s ON r.zone = s.zone) q ON f.county = q.c WHERE f.turnover >= 10000000

-- [statistics_grammar] USING what tells a band, for every row
SELECT count(DISTINCT code) AS n FROM (SELECT code, turnover >= 10000000 AS b FROM firm WHERE county = 'C11') f JOIN (SELECT county AS r, true AS b FROM region) g USING (b)

-- [withheld] USING what tells a band
SELECT count(DISTINCT code) AS n FROM (SELECT code, county, turnover >= 10000000 AS b FROM firm WHERE county = 'C11') f JOIN (SELECT county, true AS b FROM region) g USING (county, b)
