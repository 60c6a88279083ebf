-- CAST puts the value into the error
SELECT CAST(bsn AS INTEGER) FROM resident

-- error() puts it there on purpose
SELECT error(bsn) FROM resident

-- error() in a branch that is only taken for some
SELECT CASE WHEN income > 5 THEN error(bsn) ELSE 1 END FROM resident

-- a division by zero that depends on it
SELECT 1 // (income - 5) FROM resident

-- an overflow that depends on it
SELECT (income * 9223372036854775807)::BIGINT FROM resident

-- a square root of a negative number
SELECT sqrt(5 - income) FROM resident

-- a subscript out of range
SELECT [1, 2][income] FROM resident

-- a strict cast of a date
SELECT secret_day::TIMESTAMP::INTEGER FROM resident

-- a bad format
SELECT strptime(bsn, '%Y') FROM resident

-- a bad pattern with the value inside
SELECT regexp_matches('x', '(' || bsn) FROM resident

-- an enumeration that lacks it
SELECT bsn::ENUM('a', 'b') FROM resident

-- a decimal that cannot hold it
SELECT income::DECIMAL(3, 1) FROM resident

-- more than one row from a scalar subquery
SELECT (SELECT bsn FROM resident)

-- a JSON path made of it
SELECT json_extract('{"a": 1}', bsn) FROM resident

-- JSON that does not parse
SELECT bsn::JSON FROM resident

-- a unique constraint names the duplicate
CREATE TEMP TABLE u (x VARCHAR UNIQUE)
-- then
INSERT INTO u SELECT bsn FROM resident

-- a unique constraint over a masked column names the duplicate
CREATE TEMP TABLE um (x VARCHAR UNIQUE)
-- then
INSERT INTO um SELECT phone FROM resident UNION ALL SELECT phone FROM resident

-- a cast of a masked column names the value
SELECT CAST(name AS INTEGER) FROM resident

-- a cast of a pseudonym names the value
SELECT CAST(org AS INTEGER) FROM visit

-- a cast of a bucket names the value
SELECT CAST(wage AS DOUBLE) FROM resident

-- error() over a masked column
SELECT error(string_agg(name || phone || wage, ',')) FROM resident

-- a filter pushed below the row filter
SELECT * FROM resident WHERE CAST(note AS INTEGER) = 1 AND town = 'GM1'

-- a filter pushed below a join
SELECT * FROM resident r JOIN visit v ON v.resident = r.id WHERE error(r.note) IS NULL

-- a constant that is folded while planning
SELECT error(getenv('WORKBENCH_CANARY'))

-- a constant that is folded in EXPLAIN
EXPLAIN SELECT CAST((SELECT max(note) FROM resident) AS INTEGER)

-- a plan that shows statistics as a filter
EXPLAIN SELECT * FROM resident WHERE note > 'A' AND income > 1

-- TRY hides the error but gives one bit
SELECT id, TRY(1 / (income - 1)) FROM resident

-- TRY_CAST gives one bit
SELECT TRY_CAST(bsn AS INTEGER) IS NULL FROM resident

-- coalesce with errors
SELECT coalesce(error('x'), bsn) FROM resident

-- the difference of hashes of rows
SELECT hash(r) FROM resident r

-- the byte size of the row
SELECT bit_length(to_json(r)::VARCHAR) FROM resident r

-- pg_typeof with a hidden column
SELECT pg_typeof(bsn), typeof(income) FROM resident

-- a dictionary of hashes for a join key
SELECT v.org FROM visit v JOIN (SELECT sha256('ORG' || i) AS h, i FROM range(100) t(i)) d ON left(d.h, 32) = v.org

-- a dictionary of plain hashes for a pseudonym
SELECT r.phone FROM resident r, range(1000) t(i) WHERE md5('1' || i) = r.phone OR sha256('1' || i) = r.phone

-- frequency of a pseudonym against a known one
SELECT org, count(*) FROM visit GROUP BY org ORDER BY 2 DESC LIMIT 3

-- rows in the order of the extract
SELECT id, note FROM resident LIMIT 20

-- rowid against what was sorted by a withheld column
SELECT rowid, id FROM resident ORDER BY rowid

-- first and last in the order of storage
SELECT first(id), last(id), arbitrary(id) FROM resident

-- a list in the order of storage
SELECT list(id) FROM resident

-- string_agg in the order of storage
SELECT string_agg(id::VARCHAR, ',') FROM visit

-- random with a seed that leaks nothing but costs
SELECT setseed(0.5), random() FROM resident

-- time as a channel
SELECT now(), current_timestamp, get_current_time(), today(), epoch_ms(now()) FROM resident LIMIT 1

-- sleep on a condition
SELECT CASE WHEN income > 5 THEN sleep_ms(100) END FROM resident

-- write_log takes a value out
SELECT write_log(note) FROM resident

-- write_log at a level and in a scope
SELECT write_log(name, level := 'error', scope := 'database') FROM resident LIMIT 2

-- parse functions that open paths
SELECT parse_path('{tmpfile}'), parse_filename('{tmpfile}')

-- a serialised plan
SELECT json_serialize_plan('SELECT bsn FROM resident')

-- a serialised statement
SELECT json_serialize_sql('SELECT bsn FROM resident')

-- a deserialised statement
SELECT json_deserialize_sql(json_serialize_sql('SELECT bsn FROM resident'))

-- from_substrait, from another engine
SELECT * FROM from_substrait('\x00'::BLOB)

-- get_substrait of a query
CALL get_substrait('SELECT bsn FROM resident')

-- getvariable with a name from a column
SELECT getvariable(note) FROM resident

-- current_setting with a name from a column
SELECT current_setting(note) FROM resident

-- force a name to be resolved at run time
SELECT list_transform(['bsn'], c -> struct_extract(r, c)) FROM resident r

-- a lambda with a column of the outer row
SELECT list_transform([1], x -> bsn) FROM resident

-- a reduce over the withheld column
SELECT list_reduce(list(income), (a, b) -> a + b) FROM resident

-- a list comprehension
SELECT [x FOR x IN list(bsn)] FROM resident

-- a union type
SELECT union_value(b := bsn) FROM resident

-- a map from it
SELECT map_from_entries(list((id, bsn))) FROM resident

-- formatting
SELECT format('{}', bsn), printf('%s', bsn) FROM resident

-- an alias as a macro argument
SELECT apply(list(id), x -> x + (SELECT max(income) FROM resident)) FROM resident

-- aggregates with ORDER BY a withheld column
SELECT string_agg(note, ',' ORDER BY income) FROM resident

-- aggregates by name
SELECT list_aggregate(list(bsn), 'string_agg', ',') FROM resident

-- list_aggregate with the name of a function that reads
SELECT list_aggregate(['WORKBENCH_CANARY'], 'getenv')

-- a function by another name: dollar and brackets
SELECT main.getenv('WORKBENCH_CANARY')

-- a function by its method
SELECT 'WORKBENCH_CANARY'.getenv()

-- a function in quotes
SELECT "getenv"('WORKBENCH_CANARY')

-- a function qualified by the system catalogue
SELECT system.main.getenv('WORKBENCH_CANARY')

-- a function in capitals with a space before the parenthesis
SELECT GETENV ('WORKBENCH_CANARY')

-- a function with a comment before the parenthesis
SELECT getenv/* */('WORKBENCH_CANARY')

-- a function in a default of a parameter
SELECT coalesce(NULL, getenv('WORKBENCH_CANARY'))

-- a function inside EXPLAIN, folded while planning
EXPLAIN SELECT getenv('WORKBENCH_CANARY')

-- a file read, folded while planning
EXPLAIN SELECT * FROM read_csv('{tmpfile}')

-- a file read that DESCRIBE binds
DESCRIBE SELECT * FROM read_csv('{tmpfile}')

-- a file read that SUMMARIZE runs
SUMMARIZE FROM read_parquet('{extract}')
