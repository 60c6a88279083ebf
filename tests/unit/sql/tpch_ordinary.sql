FROM nation
FROM lineitem SELECT l_orderkey, l_quantity WHERE l_quantity > 10
SELECT count(*) FROM orders
SELECT * FROM region
SELECT n.n_name, r.r_name FROM nation n JOIN region r ON n.n_regionkey = r.r_regionkey
SELECT n_name FROM nation, region WHERE n_regionkey = r_regionkey AND r_name = 'ASIA'
SELECT c_name, (SELECT count(*) FROM orders WHERE o_custkey = c_custkey) FROM customer
SELECT c_name FROM customer WHERE EXISTS (SELECT 1 FROM orders o WHERE o.o_custkey = customer.c_custkey)
SELECT c_name FROM customer WHERE c_custkey IN (SELECT o_custkey FROM orders WHERE o_totalprice > 1000)
SELECT o_orderstatus, sum(o_totalprice) FROM orders GROUP BY ALL ORDER BY ALL
SELECT year(o_orderdate) AS y, median(o_totalprice) AS m FROM orders GROUP BY y HAVING m > 0 ORDER BY y
WITH big AS (SELECT o_custkey, sum(o_totalprice) AS t FROM orders GROUP BY 1) SELECT c_name, t FROM big JOIN customer ON c_custkey = o_custkey
WITH a AS (SELECT * FROM nation), b AS (SELECT n_name AS n FROM a) SELECT n FROM b
WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 5) SELECT i, n_name FROM r JOIN nation ON i = n_nationkey
SELECT l_returnflag, l_linestatus FROM lineitem QUALIFY row_number() OVER (PARTITION BY l_returnflag ORDER BY l_shipdate DESC) = 1
SELECT * EXCLUDE (c_comment, c_phone) FROM customer
SELECT * REPLACE (upper(n_name) AS n_name) FROM nation
SELECT COLUMNS(*) FROM nation
SELECT max(COLUMNS(* EXCLUDE (n_name, n_comment))) FROM nation
PIVOT orders ON o_orderstatus USING sum(o_totalprice) GROUP BY o_orderpriority
PIVOT orders ON o_orderstatus IN ('F', 'O') USING count(*) GROUP BY o_orderpriority
UNPIVOT nation ON n_nationkey, n_regionkey INTO NAME which VALUE key
FROM nation UNPIVOT (v FOR k IN (n_nationkey, n_regionkey))
SELECT * FROM (SELECT l_orderkey, l_quantity FROM lineitem) PIVOT (sum(l_quantity) FOR l_orderkey IN (1, 2, 3))
SUMMARIZE nation
DESCRIBE orders
SELECT o1.o_orderkey FROM orders o1 ASOF JOIN orders o2 ON o1.o_custkey = o2.o_custkey AND o1.o_orderdate > o2.o_orderdate
SELECT n_name, r_name FROM nation POSITIONAL JOIN region
SELECT ps_partkey, s_name FROM partsupp JOIN supplier ON ps_suppkey = s_suppkey WHERE s_acctbal > (SELECT avg(s_acctbal) FROM supplier)
SELECT n_name FROM nation UNION ALL SELECT r_name FROM region ORDER BY 1
SELECT n_name FROM nation EXCEPT SELECT r_name FROM region
SELECT n_nationkey FROM nation INTERSECT SELECT r_regionkey FROM region
SELECT list(n_name ORDER BY n_name) FROM nation GROUP BY n_regionkey
SELECT list_transform(list(n_name), x -> x || '!') FROM nation
SELECT [x + 1 FOR x IN list(n_nationkey) IF x > 3] FROM nation
SELECT {'name': n_name, 'key': n_nationkey} AS s FROM nation
SELECT s.name FROM (SELECT {'name': n_name} AS s FROM nation)
SELECT unnest(range(n_nationkey)) FROM nation
SELECT n_name, i FROM nation, range(3) t(i)
SELECT n_name, x.r_name FROM nation, LATERAL (SELECT r_name FROM region WHERE r_regionkey = n_regionkey) x
SELECT n_name AS name, length(name) AS l FROM nation WHERE l > 4 ORDER BY l
SELECT nation FROM nation
SELECT n FROM nation n
SELECT DISTINCT ON (n_regionkey) n_name FROM nation ORDER BY n_regionkey, n_name
SELECT sum(l_extendedprice) FILTER (WHERE l_discount > 0.05) FROM lineitem
SELECT l_shipmode, grouping(l_shipmode) FROM lineitem GROUP BY ROLLUP (l_shipmode)
SELECT avg(l_quantity) OVER w FROM lineitem WINDOW w AS (PARTITION BY l_partkey ORDER BY l_shipdate ROWS 3 PRECEDING)
SELECT arg_max(p_name, p_retailprice), min_by(p_name, p_size) FROM part
SELECT * FROM part USING SAMPLE 10 ROWS
SELECT p_name FROM part TABLESAMPLE 10%
SELECT CASE WHEN p_size > 10 THEN p_brand ELSE p_type END FROM part
SELECT date_trunc('month', o_orderdate) AS month, count(*) FROM orders GROUP BY month
SELECT a.n_name FROM nation a JOIN nation b USING (n_regionkey) WHERE a.n_nationkey < b.n_nationkey
SELECT n_name FROM (nation JOIN region ON n_regionkey = r_regionkey)
SELECT t.x FROM (SELECT n_name AS x FROM nation) t JOIN (SELECT r_name AS x FROM region) u ON t.x = u.x
FROM (FROM nation SELECT n_name, n_regionkey) SELECT n_name WHERE n_regionkey = 1
SELECT s, n_name FROM (VALUES (1, 'a'), (2, 'b')) v(k, s) JOIN nation ON n_nationkey = k
SELECT memory.main.nation.n_name FROM memory.main.nation
SELECT o_orderkey FROM orders WHERE o_orderdate BETWEEN DATE '1995-01-01' AND DATE '1995-12-31' LIMIT (SELECT count(*) FROM region)
SELECT c_name FROM customer SEMI JOIN orders ON o_custkey = c_custkey
SELECT c_name FROM customer ANTI JOIN orders ON o_custkey = c_custkey
SELECT n_name FROM nation WHERE n_regionkey = ANY (SELECT r_regionkey FROM region WHERE r_name LIKE 'A%')
