-- a file outside, as CSV
SELECT * FROM read_csv('{tmpfile}')

-- a file outside, as text
SELECT content FROM read_text('{tmpfile}')

-- a file outside, as bytes
SELECT content FROM read_blob('{tmpfile}')

-- a file outside, as JSON
SELECT * FROM read_json('{tmpfile}')

-- a file outside, as JSON objects
SELECT * FROM read_json_objects('{tmpfile}')

-- a file outside, as newline-delimited JSON
SELECT * FROM read_ndjson_objects('{tmpfile}')

-- a file outside, sniffed
SELECT * FROM sniff_csv('{tmpfile}')

-- a file outside, by a string as relation
SELECT * FROM '{tmpfile}'

-- a file outside, by a quoted identifier as relation
SELECT * FROM "{tmpfile}"

-- a file outside, by the table first
FROM '{tmpfile}'

-- a folder listing
SELECT * FROM glob('/*')

-- a folder listing of the city
SELECT * FROM glob('{city}/**')

-- a folder listing from here
SELECT * FROM glob('*')

-- a folder listing of the parent
SELECT * FROM glob('../*')

-- the note in the city's folder
SELECT content FROM read_text('{city}/notes.txt')

-- a note, by a relative path
SELECT content FROM read_text('../../../notes.txt')

-- the contracts
SELECT content FROM read_text('{city}/data_contracts/resources/*')

-- the environment of the process
SELECT content FROM read_text('/proc/self/environ')

-- the environment of the parent
SELECT content FROM read_blob('/proc/' || getenv('PPID') || '/environ')

-- the environment of every process
SELECT filename, content FROM read_text('/proc/[0-9]*/environ')

-- the command line
SELECT content FROM read_text('/proc/self/cmdline')

-- the memory map
SELECT content FROM read_text('/proc/self/maps')

-- the mounts
SELECT content FROM read_text('/proc/mounts')

-- descriptors that were left open
SELECT content FROM read_blob('/proc/self/fd/3')

-- the socket to the gateway
SELECT content FROM read_blob('/dev/fd/4')

-- standard input
SELECT * FROM read_csv('/dev/stdin')

-- accounts
SELECT content FROM read_text('/etc/passwd')

-- accounts, by a URL
SELECT content FROM read_text('file:///etc/passwd')

-- accounts, by a local URL with a host
SELECT content FROM read_text('file://localhost/etc/passwd')

-- gzip
SELECT * FROM read_csv('{tmpfile}.gz')

-- a web address
SELECT * FROM read_csv('http://127.0.0.1:{http_port}/health')

-- a web address as relation
SELECT * FROM 'http://127.0.0.1:{http_port}/health'

-- an S3 address, such as a cloud's metadata
SELECT * FROM read_parquet('s3://169.254.169.254/latest/meta-data/x.parquet')

-- Hugging Face
SELECT * FROM 'hf://datasets/x/y.csv'

-- a variable of the environment
SELECT getenv('WORKBENCH_CANARY')

-- a variable of the environment, in a list
SELECT list_transform(['WORKBENCH_CANARY', 'HOME', 'PATH'], v -> getenv(v))

-- a setting with a path
SELECT current_setting('temp_directory')

-- a setting with the home
SELECT current_setting('home_directory'), current_setting('extension_directory'), current_setting('secret_directory')

-- write a file
COPY (SELECT 1) TO '{tmpdir}/out.csv'

-- write a file of another format
COPY resident TO '{tmpdir}/out.parquet' (FORMAT parquet)

-- write to standard output
COPY (SELECT * FROM resident) TO '/dev/stdout'

-- write with a partition
COPY resident TO '{tmpdir}/parts' (FORMAT parquet, PARTITION_BY (town))

-- write through a pipe
COPY (SELECT 1) TO PROGRAM 'id'

-- read into a table
COPY mine FROM '{tmpfile}'

-- copy a database
COPY FROM DATABASE workspace TO memory

-- export
EXPORT DATABASE '{tmpdir}/dump'

-- import
IMPORT DATABASE '{tmpdir}/dump'

-- attach a file
ATTACH '{tmpdir}/new.db' AS n

-- attach memory
ATTACH ':memory:' AS m

-- attach the store
ATTACH '{state}/store.sqlite' AS s (TYPE sqlite)

-- attach postgres
ATTACH 'host=127.0.0.1 dbname=postgres' AS p (TYPE postgres)

-- attach MySQL
ATTACH 'host=127.0.0.1' AS p (TYPE mysql)

-- attach over the web
ATTACH 'https://127.0.0.1/x.db' AS h

-- attach DuckLake
ATTACH 'ducklake:{tmpdir}/x' AS l

-- attach if not exists, read-only, with a key
ATTACH IF NOT EXISTS '{tmpdir}/new.db' AS e (READ_ONLY, ENCRYPTION_KEY 'x')

-- detach the workspace
DETACH workspace

-- a scanner without an attachment: sqlite
SELECT * FROM sqlite_scan('{state}/store.sqlite', 'users')

-- a scanner without an attachment: postgres
SELECT * FROM postgres_scan('host=127.0.0.1', 'public', 'x')

-- a scanner without an attachment: postgres_query
SELECT * FROM postgres_query('host=127.0.0.1', 'SELECT 1')

-- a scanner without an attachment: MySQL
SELECT * FROM mysql_query('host=127.0.0.1', 'SELECT 1')

-- Excel
SELECT * FROM read_xlsx('{tmpfile}')

-- Delta
SELECT * FROM delta_scan('{state}/extracts/resident')

-- Iceberg
SELECT * FROM iceberg_scan('{state}/extracts/resident')

-- spatial drivers read anything
SELECT * FROM st_read('{tmpfile}')

-- install an extension
INSTALL httpfs

-- install from elsewhere
INSTALL spatial FROM community

-- force install from a path
FORCE INSTALL '{tmpdir}/x.duckdb_extension'

-- load an extension
LOAD httpfs

-- load an extension that is part of the binary
LOAD json

-- load by path
LOAD '{tmpdir}/x.duckdb_extension'

-- update extensions
UPDATE EXTENSIONS

-- a secret
CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y')

-- a persistent secret
CREATE PERSISTENT SECRET p (TYPE http, BEARER_TOKEN 'x')

-- drop a secret
DROP SECRET s

-- open the outside again
SET enable_external_access = true

-- unlock
SET lock_configuration = false

-- unlock, reset
RESET lock_configuration

-- allowed directories
SET allowed_directories = ['/']

-- allowed paths
SET GLOBAL allowed_paths = ['/etc/passwd']

-- file systems
SET disabled_filesystems = ''

-- a setting of the session
SET SESSION python_enable_replacements = true

-- a setting by pragma
PRAGMA temp_directory = '{tmpdir}'

-- a setting by pragma, as a call
PRAGMA memory_limit('64GB')

-- a setting in lower and upper case, with TO
sEt ThReAdS tO 64

-- a setting that writes a log to a file
SET log_query_path = '{tmpdir}/log.sql'

-- a setting that writes a profile to a file
PRAGMA profiling_output = '{tmpdir}/profile.json'

-- a setting that writes a log by the newer way
CALL enable_logging(storage = 'file', storage_path = '{tmpdir}/logs')

-- custom extension repository
SET custom_extension_repository = 'http://127.0.0.1/'

-- reset all
RESET ALL

-- a file in a CTE that is never read
WITH f AS (SELECT content FROM read_text('{tmpfile}')) SELECT 1

-- a file chosen by a column
SELECT read_text(note) FROM resident

-- a file by a list of paths
SELECT * FROM read_text(['{tmpfile}', '/etc/hostname'])

-- parquet metadata
SELECT * FROM parquet_metadata('{extract}')

-- parquet schema
SELECT * FROM parquet_schema('{extract}')

-- parquet key-value metadata
SELECT * FROM parquet_kv_metadata('{extract}')

-- parquet file metadata
SELECT * FROM parquet_file_metadata('{extract}')

-- does a file exist: error texts must not differ
SELECT * FROM read_csv('{tmpdir}/absent.csv')
