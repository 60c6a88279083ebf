-- rows outside the scope, by their town
SELECT * FROM resident WHERE town = 'GM2'

-- everything, in the order of the extract backwards
FROM (SELECT * FROM resident ORDER BY rowid DESC) LIMIT 2719

-- count of all rows
SELECT count(*) FROM resident

-- a condition that is always true
SELECT * FROM resident WHERE 1 = 1 OR town = 'GM2'

-- the negation of the scope
SELECT note FROM resident WHERE NOT (town = 'GM1') OR town IS NULL

-- by identifiers known to lie outside
SELECT * FROM resident WHERE id BETWEEN 900000 AND 999999

-- by rowid
SELECT rowid, note FROM resident WHERE rowid > 1000

-- the largest rowid: how many rows were there before the filter
SELECT max(rowid) FROM resident

-- gaps in rowid
SELECT rowid - lag(rowid) OVER (ORDER BY rowid) AS gap FROM resident

-- a left join from values to rows outside
SELECT v.i, r.note FROM (SELECT unnest(range(900000, 900100)) AS i) v LEFT JOIN resident r ON r.id = v.i

-- a full outer join of the table with itself
SELECT * FROM resident a FULL JOIN resident b ON a.id = b.id + 1

-- a union of the table and itself under another town
SELECT * REPLACE ('GM2' AS town) FROM resident

-- an error for each row outside: CAST
SELECT CAST(note AS INTEGER) FROM resident WHERE town <> 'GM1'

-- an error for each row outside: error()
SELECT CASE WHEN town = 'GM2' THEN error(note) END FROM resident

-- a division by zero only outside
SELECT 1 / (CASE WHEN town = 'GM2' THEN 0 ELSE 1 END), score FROM resident

-- min and max, which statistics might answer from all rows
SELECT min(note), max(note), min(id), max(id), max(score) FROM resident

-- count of distinct values, which statistics might answer
SELECT approx_count_distinct(note), count(DISTINCT town) FROM resident

-- the domain of a column from its statistics
SELECT stats(note), stats(score) FROM resident LIMIT 1

-- a sample of everything
SELECT note FROM resident USING SAMPLE 100%

-- a reservoir sample, repeatable
SELECT note FROM resident TABLESAMPLE reservoir(500) REPEATABLE (7)

-- a system sample takes whole blocks
SELECT note FROM resident TABLESAMPLE system(100)

-- an offset past the rows in scope
SELECT * FROM resident OFFSET 1200

-- a limit by percentage
SELECT note FROM resident LIMIT 100%

-- cardinality in the plan
EXPLAIN SELECT * FROM resident WHERE town = 'GM2'

-- cardinality when it runs
EXPLAIN ANALYZE SELECT * FROM resident

-- SUMMARIZE shows extremes and counts
SUMMARIZE resident

-- semi join with the towns outside
SELECT * FROM resident SEMI JOIN town ON resident.town = town.code AND town.code <> 'GM1'

-- right join from the list of towns
SELECT town.code, count(resident.id) FROM resident RIGHT JOIN town ON resident.town = town.code GROUP BY ALL

-- grouping sets with the total of everything
SELECT town, count(*) FROM resident GROUP BY CUBE (town)

-- a window over the whole table
SELECT DISTINCT last_value(note) OVER (ORDER BY town RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM resident

-- rows of another table that belong to residents outside
SELECT v.* FROM visit v ANTI JOIN resident r ON v.resident = r.id

-- an older version of the extract
SELECT * FROM resident AT (VERSION => 0) WHERE town = 'GM2'

-- an older moment of the extract
SELECT * FROM resident AT (TIMESTAMP => TIMESTAMP '2020-01-01') WHERE town = 'GM2'

-- deleted rows that a storage scan would still show
SELECT * FROM pragma_storage_info('resident')

-- uncommitted rows of others
BEGIN TRANSACTION
-- then
SELECT * FROM resident WHERE town = 'GM2'
-- then
ROLLBACK

-- update one's own rows so that they leave the scope, and see what the filter lets in
UPDATE resident SET town = 'GM2'
-- then
SELECT * FROM resident WHERE town = 'GM2'

-- collation to make another town equal
SELECT * FROM resident WHERE town = 'gm2' COLLATE NOCASE

-- pattern instead of equality
SELECT * FROM resident WHERE town SIMILAR TO 'GM[^1]'

-- null-safe comparison
SELECT * FROM resident WHERE town IS DISTINCT FROM 'GM1'

-- a mark join against a null
SELECT * FROM resident WHERE town NOT IN ('GM1', NULL)
