-- a variable of the worker's frames, by replacement scan
SELECT * FROM job

-- a data frame in the caller
SELECT * FROM secret_frame

-- an Arrow table in the caller
FROM secret_arrow

-- a dictionary of the module
SELECT * FROM config

-- the parameters of the statement
SELECT * FROM parameters

-- globals
SELECT * FROM globals

-- a module
SELECT * FROM sys

-- a dunder name
SELECT * FROM __builtins__

-- a Python variable in quotes
SELECT * FROM "secret_frame"

-- a Python variable inside a view, bound late
CREATE TEMP VIEW pv AS SELECT * FROM secret_frame

-- a Python variable inside a macro
CREATE TEMP MACRO pm() AS TABLE SELECT * FROM secret_frame
-- then
SELECT * FROM pm()

-- a Python variable by query_table
FROM query_table('secret_frame')

-- a Python variable by a string
SELECT * FROM 'secret_frame'

-- switch replacement scans on
SET python_enable_replacements = true

-- switch replacement scans on for all frames
SET python_scan_all_frames = true

-- switch replacement scans on globally
SET GLOBAL python_enable_replacements TO on

-- pandas, scanned by the address of an object
SELECT * FROM pandas_scan(140000000000000)

-- Arrow, scanned by addresses
SELECT * FROM arrow_scan(140000000000000, 140000000000000, 140000000000000)

-- Arrow, scanned by addresses and with filters not pushed
SELECT * FROM arrow_scan_dumb(1::UBIGINT, 2::UBIGINT, 3::UBIGINT)

-- Python, mapped by the address of a function
SELECT * FROM python_map_function(140000000000000, resident)

-- a NumPy address
SELECT * FROM numpy_scan(1)

-- Arrow from IPC buffers at any address
SELECT * FROM scan_arrow_ipc([{{'ptr': 140000000000000::UBIGINT, 'size': 4096::UBIGINT}}])

-- Arrow from a file
SELECT * FROM read_arrow('{tmpfile}')

-- to Arrow IPC
SELECT * FROM to_arrow_ipc((SELECT * FROM resident))

-- a Python UDF by SQL of other engines
CREATE FUNCTION os_system(x VARCHAR) RETURNS VARCHAR LANGUAGE plpython3u AS $$ import os; return os.environ $$

-- inline code of other engines
DO $$ import os $$ LANGUAGE plpython3u

-- a function that Python code may have registered
SELECT eval('__import__("os").environ')

-- another name that Python code may have registered
SELECT py_eval('1')

-- a pointer type
SELECT 140000000000000::POINTER

-- import of a module through an extension
LOAD python

-- a file system that Python registers
SELECT * FROM read_csv('memory://secret')

-- a file system object of fsspec
SELECT content FROM read_text('DUCKDB_INTERNAL_OBJECTSTORE://x')

-- Python's own modules as files
SELECT content FROM read_text('/usr/lib/python3/**/os.py')

-- pickled bytes as a value
SELECT from_base64('gASVIQAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAJpZJSFlFKULg==') AS pickle

-- a name that breaks string formatting
SELECT '{{0.__class__.__init__.__globals__}}' AS "{{0.__class__}}", '%(sys)s %s %n' AS "%s"

-- names that break JSON
SELECT 1 AS "a"",""b", 2 AS "\u0000", '</script>' AS "'"

-- duplicate names of columns
SELECT 1 AS a, 2 AS a, 3 AS "A"

-- a column without a name
SELECT 1 AS ""

-- a very long name
SELECT 1 AS "<<100000 * 'x'>>"

-- types that Arrow carries as extensions
SELECT uuid() AS u, '101'::BIT AS b, 1::HUGEINT AS h, 1::UHUGEINT AS uh, '{{"a":1}}'::JSON AS j, TIME '10:00' AS t, TIMETZ '10:00+08' AS tz, 'x'::BLOB AS bl, INTERVAL 1 MONTH AS i

-- dates that Python cannot hold
SELECT DATE 'infinity' AS a, TIMESTAMP '-infinity' AS b, DATE '290000-01-01' AS c, TIMESTAMP '0044-03-15 (BC) 10:00:00' AS d

-- text that is not UTF-8
SELECT decode('\xFF'::BLOB)

-- a surrogate in an escape
SELECT chr(55296)

-- a geometry
SELECT 'POINT(1 1)'::GEOMETRY

-- a variant
SELECT {{'a': 1}}::VARIANT

-- an enumeration goes out as a dictionary
SELECT 'a'::ENUM('a', 'b')

-- a nested value forty levels deep
SELECT <<40 * '['>>1<<40 * ']'>>
