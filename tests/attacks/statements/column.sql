-- the plain way: a withheld column by its name
SELECT bsn FROM resident

-- quoted
SELECT "bsn" FROM resident

-- quoted in another case
SELECT "BSN" FROM "RESIDENT"

-- qualified by table, schema and catalogue
SELECT workspace.main.resident.bsn FROM workspace.main.resident

-- by an alias of the table
SELECT r.bsn FROM resident AS r

-- full-width letters that some normalisers fold to ASCII
SELECT ｂｓｎ FROM resident

-- a Unicode escape in an identifier
SELECT U&"\0062sn" FROM resident

-- a combining mark after the name
SELECT "bsń" FROM resident

-- by renaming all columns in the alias list, to reach one at a withheld position
SELECT c2 FROM resident AS r(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14)

-- more names in the alias list than there are granted columns
SELECT x FROM (SELECT * FROM resident) AS r(a, b, c, d, e, f, g, h, i, j, x)

-- positional reference
SELECT #2 FROM resident

-- positional reference far to the right
SELECT #14 FROM resident

-- positional reference of zero
SELECT #0 FROM resident

-- the star
SELECT * FROM resident

-- the star, with the table first and no SELECT
FROM resident

-- the star, qualified
SELECT resident.* FROM resident

-- COLUMNS with a regular expression that fits the name
SELECT COLUMNS('b.n') FROM resident

-- COLUMNS with a lambda that picks it
SELECT COLUMNS(c -> c LIKE '%sn' OR c LIKE 'inc%') FROM resident

-- COLUMNS with a list of names
SELECT COLUMNS(['bsn', 'income']) FROM resident

-- COLUMNS unpacked into a function
SELECT coalesce(*COLUMNS('^(bsn|diagnosis)$')) FROM resident

-- EXCLUDE everything that is granted, so that the rest stays
SELECT * EXCLUDE (id, name, phone, born, wage, org, town, note, score, seen) FROM resident

-- EXCLUDE a withheld column: an error would confirm that it exists
SELECT * EXCLUDE (bsn) FROM resident

-- REPLACE reads the withheld column
SELECT * REPLACE (bsn AS note) FROM resident

-- REPLACE of the withheld column itself
SELECT * REPLACE (upper(bsn) AS bsn) FROM resident

-- RENAME of the withheld column
SELECT * RENAME (bsn AS b) FROM resident

-- LIKE on the star
SELECT * LIKE '%s%' FROM resident

-- the row as a struct
SELECT resident FROM resident

-- the row as a struct, and a field of it
SELECT resident.bsn, struct_extract(resident, 'bsn') FROM resident

-- a field of the row by position
SELECT struct_extract_at(resident, 2) FROM resident

-- unnest of the row
SELECT unnest(resident) FROM resident

-- recursive unnest of the row
SELECT unnest(r, recursive := true) FROM resident AS r

-- row to JSON
SELECT to_json(r) FROM resident AS r

-- row to JSON, then the field
SELECT to_json(r) ->> '$.bsn' FROM resident AS r

-- keys and entries of the row
SELECT struct_keys(r), struct_values(r), struct_entries(r) FROM resident AS r

-- USING with a withheld column
SELECT * FROM resident a JOIN resident b USING (bsn)

-- USING a withheld column against values of one's own
SELECT a.id FROM resident a JOIN (VALUES ('x')) v(bsn) USING (bsn)

-- NATURAL join with a relation that has the withheld names
SELECT * FROM resident NATURAL JOIN (SELECT NULL AS bsn, NULL AS income) q

-- NATURAL full join
SELECT * FROM resident NATURAL FULL JOIN visit

-- positional join with an empty relation
SELECT * FROM resident POSITIONAL JOIN (SELECT 1 AS bsn)

-- a correlated subquery whose column falls through to the outer table
SELECT (SELECT bsn FROM (SELECT 1) q) FROM resident

-- lateral
SELECT l.b FROM resident, LATERAL (SELECT resident.bsn AS b) l

-- ORDER BY a withheld column with a limit: the order tells
SELECT id FROM resident ORDER BY bsn LIMIT 5

-- ORDER BY ALL
SELECT id FROM resident ORDER BY income DESC, ALL

-- GROUP BY a withheld column
SELECT count(*) FROM resident GROUP BY bsn

-- HAVING
SELECT town FROM resident GROUP BY town HAVING max(income) > 0

-- QUALIFY
SELECT id FROM resident QUALIFY row_number() OVER (ORDER BY income DESC) = 1

-- a window frame over it
SELECT id, lag(bsn) OVER (ORDER BY id) FROM resident

-- a filter clause: yes or no for each row
SELECT count(*) FILTER (WHERE income > 100) FROM resident

-- a guess in WHERE
SELECT id FROM resident WHERE bsn LIKE 'C%'

-- a guess with IN against values
SELECT id FROM resident WHERE (id, income) IN ((1, 5), (2, 6))

-- arg_max by a withheld column
SELECT arg_max(id, income), arg_min(note, bsn) FROM resident

-- the sum and the extremes
SELECT sum(income), min(income), max(bsn) FROM resident

-- a list of it
SELECT list(bsn ORDER BY bsn) FROM resident

-- the histogram
SELECT histogram(income) FROM resident

-- an approximate quantile
SELECT approx_quantile(income, 0.5), approx_top_k(bsn, 5) FROM resident

-- mode and any_value
SELECT mode(bsn), any_value(bsn), first(bsn), last(bsn) FROM resident

-- its hash
SELECT hash(bsn), md5(bsn), sha256(bsn) FROM resident

-- PIVOT on a withheld column
PIVOT resident ON bsn USING count(*)

-- UNPIVOT with withheld names
UNPIVOT resident ON bsn, note INTO NAME k VALUE v

-- UNPIVOT of all columns
UNPIVOT (SELECT COLUMNS(*)::VARCHAR FROM resident) ON COLUMNS(*)

-- a CTE that carries the table's name
WITH resident AS (FROM workspace.main.resident) SELECT bsn FROM resident

-- a CTE that shadows, and a recursive member that reads beneath
WITH RECURSIVE t(n, b) AS (SELECT 1, '' UNION ALL SELECT n + 1, (SELECT max(bsn) FROM resident) FROM t WHERE n < 2) FROM t

-- set operation by name fills what is missing
SELECT id FROM resident UNION ALL BY NAME SELECT NULL::VARCHAR AS bsn

-- except: which rows differ
SELECT bsn FROM resident EXCEPT SELECT NULL

-- a column of a table that is granted without it
SELECT doctor FROM visit

-- a column withheld in one table and wanted through a join
SELECT v.doctor FROM resident r JOIN visit v ON v.resident = r.id

-- sampling with a withheld seed column
SELECT bsn FROM resident USING SAMPLE 3 ROWS

-- prefix alias
SELECT b: bsn FROM resident

-- a reusable alias with the name of the withheld column
SELECT note AS bsn, bsn || '' AS again FROM resident

-- default values of columns
SELECT column_default FROM information_schema.columns WHERE column_name = 'bsn'

-- AT a version, for time travel
SELECT bsn FROM resident AT (VERSION => 0)

-- the raw value behind a partial mask
SELECT name, length(name), reverse(name) FROM resident

-- the raw value behind a pseudonym
SELECT DISTINCT phone, org FROM resident

-- raw values behind pseudonyms, by calling the builder's macro
SELECT workbench_pseudonym('1') FROM resident LIMIT 1

-- the day behind a date that was cut to its year
SELECT born, strftime(born, '%Y-%m-%d'), epoch(born), dayofyear(born) FROM resident

-- the number behind a bucket
SELECT DISTINCT wage FROM resident

-- a join key under its floor
SELECT grade FROM resident

-- a join key under its floor, by the star
SELECT COLUMNS('gra') FROM resident
