-- the extract itself
SELECT * FROM read_parquet('{extract}')

-- the extract as relation
SELECT * FROM '{extract}'

-- all extracts
SELECT * FROM read_parquet('{state}/extracts/*/*.parquet', union_by_name = true)

-- the log of the extract
SELECT * FROM read_json('{state}/extracts/resident/_delta_log/*.json')

-- the extract as bytes
SELECT content FROM read_blob('{extract}')

-- by the old name of the function
SELECT * FROM parquet_scan('{extract}')

-- by bloom probe
SELECT * FROM parquet_bloom_probe('{extract}', 'bsn', 'x')

-- the workspace as a worker sees it
SELECT content FROM read_blob('w')

-- the workspace as a worker sees it, from the root
SELECT content FROM read_blob('/w')

-- the workspace as a relation
SELECT * FROM 'w'

-- the workspace as text
SELECT content FROM read_text('w')

-- the workspace as CSV
SELECT * FROM read_csv('w', delim = '', header = false, ignore_errors = true)

-- the workspaces of all
SELECT * FROM glob('{workspaces}/**')

-- the builds of all, as bytes
SELECT content FROM read_blob('{workspaces}/b/*')

-- the scratch folder
SELECT * FROM glob('t/*')

-- the scratch folder, its bytes
SELECT content FROM read_blob('t/**')

-- scratch of others
SELECT content FROM read_blob('{workspaces}/w/*/t/*')

-- attach the workspace again
ATTACH 'w' AS again

-- attach the workspace again with a guess at its key
ATTACH 'w' AS again (ENCRYPTION_KEY 'guess', READ_ONLY)

-- attach a workspace of another
ATTACH '{workspaces}/b/0' AS other (READ_ONLY)

-- the store as bytes
SELECT content FROM read_blob('{state}/store.sqlite')

-- the store's journal
SELECT content FROM read_blob('{state}/store.sqlite-wal')

-- the keys
SELECT content FROM read_text('{state}/keys/*')

-- the checkpoints
SELECT content FROM read_text('{state}/checkpoints/*')

-- the logs
SELECT content FROM read_text('{state}/logs/*')

-- the quarantine
SELECT content FROM read_text('{state}/quarantine/**')

-- the delivered file
SELECT * FROM read_csv('{city}/**/*.csv')

-- spill, then read what was spilt
CREATE TEMP TABLE big AS SELECT range AS i, repeat('x', 50) AS t FROM range(300000)
-- then
SELECT count(*) FROM (SELECT * FROM big ORDER BY hash(i)) q
-- then
SELECT content FROM read_blob('t/duckdb_temp_storage*')

-- write the workspace out
COPY FROM DATABASE workspace TO '{tmpdir}/copy.db'

-- checkpoint somewhere
CHECKPOINT workspace

-- force checkpoint
FORCE CHECKPOINT

-- vacuum
VACUUM ANALYZE resident

-- the write-ahead log
SELECT content FROM read_blob('w.wal')

-- an extract through a macro
CREATE TEMP MACRO raw(f) AS TABLE SELECT * FROM read_parquet(f)
-- then
SELECT * FROM raw('{extract}')

-- an extract through a view
CREATE TEMP VIEW rawv AS SELECT * FROM read_parquet('{extract}')
-- then
SELECT bsn FROM rawv

-- an extract into a temporary table
CREATE TEMP TABLE rawt AS FROM read_parquet('{extract}')

-- an extract by insert
CREATE TEMP TABLE rawi (bsn VARCHAR)
-- then
INSERT INTO rawi SELECT bsn FROM read_parquet('{extract}')
-- then
SELECT * FROM rawi

-- an extract by COPY into a temporary table
CREATE TEMP TABLE rawc (bsn VARCHAR)
-- then
COPY rawc FROM '{extract}' (FORMAT parquet)
-- then
SELECT * FROM rawc
