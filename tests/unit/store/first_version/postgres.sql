SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA workbench;
CREATE FUNCTION workbench.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' are append-only'; END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE workbench.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE workbench.entries (
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    body text NOT NULL,
    previous character varying(64) NOT NULL,
    hash character varying(64) NOT NULL,
    event character varying(64) NOT NULL,
    actor text NOT NULL,
    viewer text NOT NULL,
    scenario text NOT NULL,
    release text NOT NULL,
    resources text NOT NULL
);
CREATE TABLE workbench.meta (
    key character varying(64) NOT NULL,
    value bigint NOT NULL
);
CREATE TABLE workbench.revocations (
    grant_id character varying(512) NOT NULL,
    revoked_on date NOT NULL,
    by character varying(128) NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE workbench.sign_in_failures (
    id bigint NOT NULL,
    user_id character varying(128) NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE SEQUENCE workbench.sign_in_failures_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE workbench.sign_in_failures_id_seq OWNED BY workbench.sign_in_failures.id;
CREATE TABLE workbench.statements (
    seq bigint NOT NULL,
    sealed bytea NOT NULL
);
CREATE TABLE workbench.users (
    id character varying(128) NOT NULL,
    department character varying(128) NOT NULL,
    roles json NOT NULL,
    password_hash text NOT NULL,
    disabled boolean NOT NULL,
    session_epoch integer NOT NULL,
    created_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY workbench.sign_in_failures ALTER COLUMN id SET DEFAULT nextval('workbench.sign_in_failures_id_seq'::regclass);
INSERT INTO workbench.alembic_version VALUES ('0001');
INSERT INTO workbench.entries VALUES (1, '2025-11-03 01:00:02.123456+00', '{"actor":"os:root","approver":"","at":"2025-11-03T01:00:02.123456Z","content":{},"department":"","detail":{"change":"added","roles":["analyst"],"user":"zhang.wei"},"event":"user_changed","medium":"cli","method":"users","purpose":"","release":"","scenario":"","seal":"63ec051405e79db1a14958aa97f1bee5851e453203f66d107609cbece3bb7c55","seq":1,"statement":"","v":1,"viewer":""}', '0000000000000000000000000000000000000000000000000000000000000000', '624761232455ef2e6e1c2efdb34479cd93c25e5cdea6058129af1cd8ca06057b', 'user_changed', 'os:root', '', '', '', '');
INSERT INTO workbench.entries VALUES (2, '2025-11-03 01:00:04.123456+00', '{"actor":"os:root","approver":"","at":"2025-11-03T01:00:04.123456Z","content":{},"department":"","detail":{"change":"added","user":"sun"},"event":"user_changed","medium":"cli","method":"users","purpose":"","release":"","scenario":"","seal":"7eac76f72e97ea24ccf68d376bd1da6dbf085ef94b38bc5da6d9e317b446f368","seq":2,"statement":"","v":1,"viewer":""}', '624761232455ef2e6e1c2efdb34479cd93c25e5cdea6058129af1cd8ca06057b', 'd2456974c6a5e4d26110ce587aa82697af31508e01e1402c742a4c211e25df79', 'user_changed', 'os:root', '', '', '', '');
INSERT INTO workbench.entries VALUES (3, '2025-11-03 01:00:05.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:05.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":0,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r0","scenario":"house_prices","seal":"206e7cf44472f92ab1c448e1fa618582a1a3ced930d1bcaa54cc5f2662783651","seq":3,"statement":"9ab9a8a703e1f1ad1a371ab777ff77ee9b4941ebbfe121c99dcbfdf2cf56ff37","v":1,"viewer":"li"}', 'd2456974c6a5e4d26110ce587aa82697af31508e01e1402c742a4c211e25df79', '947da455466a77be56f1966e0d87681f6d98b75fbb0a471f3e70ed89b983aeff', 'decision', 'zhang.wei', 'li', 'house_prices', 'r0', '
house_price_index
');
INSERT INTO workbench.entries VALUES (4, '2025-11-03 01:00:06.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:06.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":1,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r1","scenario":"house_prices","seal":"d682ef740d15c90e075615047e474fbb5fb75841d78094c35489ca48e0543bb6","seq":4,"statement":"fe23d5dc46c760311a76aace18cb08fe1c4c2faa026cc31f4da3fe15490575f3","v":1,"viewer":""}', '947da455466a77be56f1966e0d87681f6d98b75fbb0a471f3e70ed89b983aeff', '02cf9f87a80f169aade67224d23227d4c493343f985bab2547983ee31707a78a', 'decision', 'zhang.wei', '', 'house_prices', 'r1', '
house_price_index
');
INSERT INTO workbench.entries VALUES (5, '2025-11-03 01:00:07.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:07.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":2,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r2","scenario":"house_prices","seal":"658169d95dc5d1f2d5f7ddf50555cb756a6ac94734e2d166559214bc850e873d","seq":5,"statement":"1b951ef2a534d8a04e825f050104aa70658a53e8156aa101c5e89b885637d1cb","v":1,"viewer":""}', '02cf9f87a80f169aade67224d23227d4c493343f985bab2547983ee31707a78a', '8f3cc007c9b0f1a392721798775f07cd19b9f736c5b1efbc9dc38e34acde2b87', 'decision', 'zhang.wei', '', 'house_prices', 'r2', '
house_price_index
');
INSERT INTO workbench.entries VALUES (6, '2025-11-03 01:00:08.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:08.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":3,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r3","scenario":"house_prices","seal":"405dffa206d218b08d664b5edd6f68563122bc97e546a2600ef75dab42292ba8","seq":6,"statement":"305317bea01517cc9d80538e16a1733ce00d2e55b9c553f98c490b3ed1b7c3f3","v":1,"viewer":"li"}', '8f3cc007c9b0f1a392721798775f07cd19b9f736c5b1efbc9dc38e34acde2b87', 'af035b7794aee26eb7dc73e4d44bd1a9907cf74be3608f432f3628758a8fa9c3', 'decision', 'zhang.wei', 'li', 'house_prices', 'r3', '
house_price_index
');
INSERT INTO workbench.entries VALUES (7, '2025-11-03 01:00:09.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:09.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":4,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r4","scenario":"house_prices","seal":"f08858b1a8fbb64513e176cbb817fccbbccf349e5178be9c9ee66f33626f4c7e","seq":7,"statement":"4984bf8d745935b8e9601d6c06916950bb611f26cf277ed6fc113ba1fb9fcde2","v":1,"viewer":""}', 'af035b7794aee26eb7dc73e4d44bd1a9907cf74be3608f432f3628758a8fa9c3', 'c327b40ca787718e75aa1606a67b65337035aebc17a928225aa43215eeb23c7a', 'decision', 'zhang.wei', '', 'house_prices', 'r4', '
house_price_index
');
INSERT INTO workbench.entries VALUES (8, '2025-11-03 01:00:10.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:10.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":5,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r5","scenario":"house_prices","seal":"052a60480d4ab74a9a2828f4fe611d5e6614a0bab7a1e6db01294680ecfd0b14","seq":8,"statement":"97495d88bec0d1fd8888335b72afdab064705c1f0716e925b5dabd5aa67a3d0c","v":1,"viewer":""}', 'c327b40ca787718e75aa1606a67b65337035aebc17a928225aa43215eeb23c7a', '9f28b3ef7ec5c1dbe83805c1e931667e89162fa5b21ff024ae2af3a2db8d2500', 'decision', 'zhang.wei', '', 'house_prices', 'r5', '
house_price_index
');
INSERT INTO workbench.entries VALUES (9, '2025-11-03 01:00:11.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:11.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":6,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r6","scenario":"house_prices","seal":"85a466e50a63a1a0f579a46ce66c7645d7df871149254cb5b2010c4509c70d81","seq":9,"statement":"12f5faa4b5f7abee3ec6f0a7a26f3509c22fafbb69013d2059a43b76fcc684a8","v":1,"viewer":"li"}', '9f28b3ef7ec5c1dbe83805c1e931667e89162fa5b21ff024ae2af3a2db8d2500', 'd4ca2e5789204c454821ef5c9c2bd8dd809da981cec8df9ee9afa339a68458e0', 'decision', 'zhang.wei', 'li', 'house_prices', 'r6', '
house_price_index
');
INSERT INTO workbench.entries VALUES (10, '2025-11-03 01:00:12.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:12.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":7,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r7","scenario":"house_prices","seal":"b41dadc52259c186c58a5905998edc92c988aeada2cd8e2e087cfcf9f8906a98","seq":10,"statement":"074bc4d73fca703ff47db574e121b0d2fbdcd7661777d1976931a9544e3bd1c3","v":1,"viewer":""}', 'd4ca2e5789204c454821ef5c9c2bd8dd809da981cec8df9ee9afa339a68458e0', '1613b6410dc0ebc3d8a3b64fdf5d5b47b5bee9c26c936615ce393b07489e8915', 'decision', 'zhang.wei', '', 'house_prices', 'r7', '
house_price_index
');
INSERT INTO workbench.entries VALUES (11, '2025-11-03 01:00:13.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:13.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":8,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r8","scenario":"house_prices","seal":"1338aafd444c3aa245cd45d9cc9f0c8889306726430af47c9563c8ac8e20f97b","seq":11,"statement":"6bc774061926352c580b36e68ea68150f671857e0d9d65799602323ac3c881f6","v":1,"viewer":""}', '1613b6410dc0ebc3d8a3b64fdf5d5b47b5bee9c26c936615ce393b07489e8915', '1dbc4a384e2251b6563b177a36ff88afb17470a6441b86018e537460971d65bb', 'decision', 'zhang.wei', '', 'house_prices', 'r8', '
house_price_index
');
INSERT INTO workbench.entries VALUES (12, '2025-11-03 01:00:14.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:14.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":9,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r9","scenario":"house_prices","seal":"ea8327ec893f41161d126f9f5f87ca4a97c8141094c38c096f92281047def775","seq":12,"statement":"8cfad8f327dff2a56c98d0b7adad4f7c24868b6df96586d43c30275b2e67b86c","v":1,"viewer":"li"}', '1dbc4a384e2251b6563b177a36ff88afb17470a6441b86018e537460971d65bb', '8cff95217a7b30cb8924d4bf5147544157e7c3aab04bd55b5686ebe3c243c1f2', 'decision', 'zhang.wei', 'li', 'house_prices', 'r9', '
house_price_index
');
INSERT INTO workbench.entries VALUES (13, '2025-11-03 01:00:15.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:15.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":10,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r10","scenario":"house_prices","seal":"87955cc4b660e5c261311ac43f9b43f84658530d88fb735e7608c9c3bbff41e6","seq":13,"statement":"bb255866f00603d4d2890b6c36159e446b9c32e8ac85a59bb6e5d62fcc737bbc","v":1,"viewer":""}', '8cff95217a7b30cb8924d4bf5147544157e7c3aab04bd55b5686ebe3c243c1f2', '88f2474b3d0a65fdb2a44e8d628487833ba02c34a4ae018adc0a264dd61a8956', 'decision', 'zhang.wei', '', 'house_prices', 'r10', '
house_price_index
');
INSERT INTO workbench.entries VALUES (14, '2025-11-03 01:00:16.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:16.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":11,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r11","scenario":"house_prices","seal":"76c1ab06e80439a9382405167de1c8d35b169f15544a4cf67d4bb71e44eb0726","seq":14,"statement":"07cb5fd65fe67b447bcd816a0ba228ef7373279475bc2661e9b8c9769223b770","v":1,"viewer":""}', '88f2474b3d0a65fdb2a44e8d628487833ba02c34a4ae018adc0a264dd61a8956', '4fcedba77890f2fee6dc4f5d2fd3ce21ea6a5349c528d0143b10e29deba312b3', 'decision', 'zhang.wei', '', 'house_prices', 'r11', '
house_price_index
');
INSERT INTO workbench.entries VALUES (15, '2025-11-03 01:00:17.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:17.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":12,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r12","scenario":"house_prices","seal":"1ee5b62de1eae8ebbb0b6e899d4048c474a72366903306f01a9a26376b85a2b6","seq":15,"statement":"127396f7bb253fefbd0da45ba39f947884392e62b598d46c8cbdca59074352f2","v":1,"viewer":"li"}', '4fcedba77890f2fee6dc4f5d2fd3ce21ea6a5349c528d0143b10e29deba312b3', '63d9066652956bbc6bc5256f8a7906224ba990358816d4ed4a3ba2476452d458', 'decision', 'zhang.wei', 'li', 'house_prices', 'r12', '
house_price_index
');
INSERT INTO workbench.entries VALUES (16, '2025-11-03 01:00:18.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:18.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":13,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r13","scenario":"house_prices","seal":"4e51f13626d20eaf28b82560030476f117a86426306586a458b64f2d99a04b47","seq":16,"statement":"74ae8391ef9bfab63db312c20898b75efb4c2d1a1b530f235adfc40ee4945663","v":1,"viewer":""}', '63d9066652956bbc6bc5256f8a7906224ba990358816d4ed4a3ba2476452d458', '62e3f70c9492b900037db6ef3b7fbc88892650a6053c35732c861f7181235ceb', 'decision', 'zhang.wei', '', 'house_prices', 'r13', '
house_price_index
');
INSERT INTO workbench.entries VALUES (17, '2025-11-03 01:00:19.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:19.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":14,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r14","scenario":"house_prices","seal":"3c84b6d894828513a7f773d5b43b5700fa00efcf482d6782d5d8fe6964dfb11c","seq":17,"statement":"e8455fead28ea69ac169f888e918153c55ac8f42e19f5305d3da08b68b602d0b","v":1,"viewer":""}', '62e3f70c9492b900037db6ef3b7fbc88892650a6053c35732c861f7181235ceb', '52e1a15e2dd2f41afca0cb9c9f3886ff472164644ddaf0558384cb538f2f69e5', 'decision', 'zhang.wei', '', 'house_prices', 'r14', '
house_price_index
');
INSERT INTO workbench.entries VALUES (18, '2025-11-03 01:00:20.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:20.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":15,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r15","scenario":"house_prices","seal":"2600ced6e4794db43b0f7caa8f97f96a282f33f975b1b08d327888bd219ee41e","seq":18,"statement":"c82258e369717816d277f0d8de7f90f6a2872be193ce79fc2c0057009f7bae7c","v":1,"viewer":"li"}', '52e1a15e2dd2f41afca0cb9c9f3886ff472164644ddaf0558384cb538f2f69e5', 'ec9c5a6fc9cdc09798bfa785cfa8883f874354bc0eba8be4b300a8bc903a1976', 'decision', 'zhang.wei', 'li', 'house_prices', 'r15', '
house_price_index
');
INSERT INTO workbench.entries VALUES (19, '2025-11-03 01:00:21.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:21.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":16,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r16","scenario":"house_prices","seal":"46f428dd646705805d4b855d0315e97059471ab7e43a95ac6dc054de21895cde","seq":19,"statement":"efc55f702cbca66b41bc17a54322d03c28c0065f3238f96dfebaa77e053eafa3","v":1,"viewer":""}', 'ec9c5a6fc9cdc09798bfa785cfa8883f874354bc0eba8be4b300a8bc903a1976', 'ae0afd8ea7b8a39346ab07fd4e2a1b2a637c079601413b8556afa03de79d7adf', 'decision', 'zhang.wei', '', 'house_prices', 'r16', '
house_price_index
');
INSERT INTO workbench.entries VALUES (20, '2025-11-03 01:00:22.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:22.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":17,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r17","scenario":"house_prices","seal":"b792a9ec4e61718ccb052a2092a0f98a982631506e46d6ddfb9bc32045e8f78b","seq":20,"statement":"0fcdb29984786f2411e321eec2c6611132ac44243328689747ddb3d8e6f3bfd7","v":1,"viewer":""}', 'ae0afd8ea7b8a39346ab07fd4e2a1b2a637c079601413b8556afa03de79d7adf', '6195c7718c8557fed07d816d7e5e70f59342694a7daff55f0939eef6fa2eea4f', 'decision', 'zhang.wei', '', 'house_prices', 'r17', '
house_price_index
');
INSERT INTO workbench.entries VALUES (21, '2025-11-03 01:00:23.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:23.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":18,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r18","scenario":"house_prices","seal":"e771baa5a7b2c86dfeceb1d23387355de63cbdea3f00b049f510854eff152140","seq":21,"statement":"b249ee4737fa06b0bdccdb67e67e20d4a003e07dc4ea4891cadded71a7edc604","v":1,"viewer":"li"}', '6195c7718c8557fed07d816d7e5e70f59342694a7daff55f0939eef6fa2eea4f', 'd97ee77948396ea5f4ddefc0537aa14df4e31d94f45a1752cbe135e2c30afaf3', 'decision', 'zhang.wei', 'li', 'house_prices', 'r18', '
house_price_index
');
INSERT INTO workbench.entries VALUES (22, '2025-11-03 01:00:24.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:24.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":19,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r19","scenario":"house_prices","seal":"05957d18a5a1c8739e1d05a73889a13c7aad3632b1bc7f0d70a44e5d6ba332a4","seq":22,"statement":"28f8b24d0d1f07fce67a01338a594730dd6296f7b8ac24bc5537980b56e6ed1b","v":1,"viewer":""}', 'd97ee77948396ea5f4ddefc0537aa14df4e31d94f45a1752cbe135e2c30afaf3', 'be01fd187e6e7bcc09ee4b192b25aeb891261304ad0a18c60d507d08727bc739', 'decision', 'zhang.wei', '', 'house_prices', 'r19', '
house_price_index
');
INSERT INTO workbench.entries VALUES (23, '2025-11-03 01:00:25.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:25.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":20,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r20","scenario":"house_prices","seal":"c782d4255441f01a36c0a428aeaed89d98de81a0e9fed56410883688fe559dfb","seq":23,"statement":"d4e218060407843756d6ed290087ba661688370ec62732deb893d3b95beeb32f","v":1,"viewer":""}', 'be01fd187e6e7bcc09ee4b192b25aeb891261304ad0a18c60d507d08727bc739', '45bb02a35421fb4fb0542230b6192bdd386a038f9b2089cae1431e43e2dc91e1', 'decision', 'zhang.wei', '', 'house_prices', 'r20', '
house_price_index
');
INSERT INTO workbench.entries VALUES (24, '2025-11-03 01:00:26.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:26.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":21,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r21","scenario":"house_prices","seal":"71101c041cca55b684d5d7861f3de54ddc4e41538b31ebf3ce56119ec8e55e18","seq":24,"statement":"8f9a1637563b0661481cb0352bee0b9e0e444190136d3d27cd67533e9d3fb665","v":1,"viewer":"li"}', '45bb02a35421fb4fb0542230b6192bdd386a038f9b2089cae1431e43e2dc91e1', '132fa119381d356b6af61e6caa7c4ffd255e414b460ba10823fc122c34da30c9', 'decision', 'zhang.wei', 'li', 'house_prices', 'r21', '
house_price_index
');
INSERT INTO workbench.entries VALUES (25, '2025-11-03 01:00:27.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:27.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":22,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r22","scenario":"house_prices","seal":"8d66d036630dfb71b1ce623c10a7fb6d2586152fc595fab6e924c677eced60f7","seq":25,"statement":"a2d5b9d0e51047729255216c4f332e61184993ec897cd2aa4504b596548d9142","v":1,"viewer":""}', '132fa119381d356b6af61e6caa7c4ffd255e414b460ba10823fc122c34da30c9', 'c5dc131a258efce18100dcb924a24179650fdf326783cdc3e1dc0a081076b6c9', 'decision', 'zhang.wei', '', 'house_prices', 'r22', '
house_price_index
');
INSERT INTO workbench.entries VALUES (26, '2025-11-03 01:00:28.123456+00', '{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:28.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":23,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r23","scenario":"house_prices","seal":"a9af60ca360e6595b27f0c681cdbcbbfa870ca1214a4c54102ede71c86769785","seq":26,"statement":"a2f83a6e6fedf4dd7309e48afc240f4555ecf0bad0ff1cb47dcdaa7ae31a8318","v":1,"viewer":""}', 'c5dc131a258efce18100dcb924a24179650fdf326783cdc3e1dc0a081076b6c9', '0999689e49f89a29391d49e3cd728b30292651b8f910f80b2974faa2e7664232', 'decision', 'zhang.wei', '', 'house_prices', 'r23', '
house_price_index
');
INSERT INTO workbench.entries VALUES (27, '2025-11-03 01:00:29.123456+00', '{"actor":"zhang.wei","approver":"","at":"2025-11-03T01:00:29.123456Z","content":{},"department":"","detail":{},"event":"release_opened","medium":"","method":"","purpose":"","release":"r23","scenario":"house_prices","seal":"f480a43aba89833c463275c5d580d6f99f26b35c3b76de97c6deb14798bf8cb0","seq":27,"statement":"","v":1,"viewer":""}', '0999689e49f89a29391d49e3cd728b30292651b8f910f80b2974faa2e7664232', 'c2e47a59cab7fb4a14a5ddc38a4047c4f3bb3e05f9d6e342685af08b8f0de7ef', 'release_opened', 'zhang.wei', '', 'house_prices', 'r23', '');
INSERT INTO workbench.entries VALUES (28, '2025-11-03 01:00:31.123456+00', '{"actor":"os:root","approver":"","at":"2025-11-03T01:00:31.123456Z","content":{},"department":"","detail":{"grant":"house_prices/ndrc/divisions","reason":"项目结束"},"event":"grant_revoked","medium":"cli","method":"grants revoke","purpose":"","release":"","scenario":"","seal":"ce958f75df31e2c8ad715105a4140d73fe1a822ae2630fb460bbce860917a1e5","seq":28,"statement":"","v":1,"viewer":""}', 'c2e47a59cab7fb4a14a5ddc38a4047c4f3bb3e05f9d6e342685af08b8f0de7ef', '5955db47bed1624fae8f936a28cf088dcb66dd7db6de07a5a0ce8f130fdd8235', 'grant_revoked', 'os:root', '', '', '', '');
INSERT INTO workbench.entries VALUES (29, '2025-11-03 01:00:32.123456+00', '{"actor":"os:root","approver":"","at":"2025-11-03T01:00:32.123456Z","content":{},"department":"","detail":{"change":"disabled","user":"sun"},"event":"user_changed","medium":"","method":"","purpose":"","release":"","scenario":"","seal":"288d8732f9e9fe50ffe2dfd7010375d3dc30c2a56ecfa1fdb298cb8ef8b4921a","seq":29,"statement":"","v":1,"viewer":""}', '5955db47bed1624fae8f936a28cf088dcb66dd7db6de07a5a0ce8f130fdd8235', 'fcb7522d54d3bc39e1b577c7b37ad0f259651e38fd33dc2524a175b3da8e92cb', 'user_changed', 'os:root', '', '', '', '');
INSERT INTO workbench.meta VALUES ('schema_version', 1);
INSERT INTO workbench.meta VALUES ('version', 4);
INSERT INTO workbench.revocations VALUES ('house_prices/ndrc/divisions', '2025-11-02', '李主任', '项目结束', '2025-11-03 01:00:30.123456+00');
INSERT INTO workbench.sign_in_failures VALUES (1, 'zhang.wei', '2025-11-03 01:00:34.123456+00');
INSERT INTO workbench.statements VALUES (3, '\x9c0c9dde26f8ca9a4c70711a55d82e1718fad35a631d3498de5d68ef834e63ae2f13f079919110b23b57857c34db8bc26b3b1e6f65f3724cbaff4570111fe57901b756f42c644a6e191c565216821f61dc0a878f820c');
INSERT INTO workbench.statements VALUES (4, '\x774b42cc2686a2d5198fb1506c6c7667453ae2b74dc72df2167c1e4df030c2131953f83a95e25bf6a33e92338e37604d360a5fb43aa4c3e69cde0a966fd9026d2d3b13ffc07b344cbb6fd9c3b605215ec3d667e24b0b');
INSERT INTO workbench.statements VALUES (5, '\x56526014d14233be7c5ad8a391ba76fdd3bcd512cc3be4ff1dd800c5b8974dd5ee2c8b4af3d394892ddc919ff590fd5b936686eb46cb2e781c431c4ea0a92acd5944eb58e81c11a7bc1bc05481ee91c0b0430936bf1c');
INSERT INTO workbench.statements VALUES (6, '\xd2253bbc0d37ca01aacd45bef4a988b4c137b229bf9f955010469fdb52817eb89d707659926298faec4dfe45a78e7f9cc10bc8ea87507c8ad7533a768ff2cfc724b03db5e2ac34c56f24e2bc86570682386bd64f431b');
INSERT INTO workbench.statements VALUES (7, '\xeaeb812043bdd21d86c00271d066dd478bbe7678e5a2dbfa30e784036f28a33f23902fb6452994b65e370e095fa3edf1a57c2a00237daa327debdac2170a63ad2836ba92099722f004c26cf56dd957df045b9d5dc9b4');
INSERT INTO workbench.statements VALUES (8, '\xcbbb5c70a62a14b16e432a5e73f560b05de49c4c952670e3a7029211d37f23de9b036c50e8a822c3ec152f1efbff0015548ecd1ea50f6c925fb59fd55a113478ba9d1d6a3c4e253a0cf9b2226a9f3b0d532722f74af2');
INSERT INTO workbench.statements VALUES (9, '\x6645b141a13af2c412f27e0465d13217d0dd40a891dbe5b1936b082d738ec814230ca4b37a6f6a5456cbb6e735beda265ceda96c2c6ebe08ce13c04c6fc2d2dc09356ebd51c9a9422f9d1b276a6efab5a359eafa8c43');
INSERT INTO workbench.statements VALUES (10, '\x160907dcc5accccbb2d362334b349e4a90025278e016596a9355931a9dfbbcd82c88596a388cfffbda0fc1c5ada257b83daa1fb5e827ce8f41a138078370eff89b5d51a7d469d2a5a980cd40ef9fad87eebd439458a1');
INSERT INTO workbench.statements VALUES (11, '\xc6229d821f12dac22b2febaf2cb2de136f5bb9fc01699c8dca898bbad90c69d9cc683ebad355192557aeebeb60d494ca04064f697bbac06d45e98ce81fbfd9933b07399dfd45a67df3677ad684d1f75af859d6253a95');
INSERT INTO workbench.statements VALUES (12, '\xa19eab1d5f118851dc49626c96905f2ab9a7101b92ed0f89d5c53520e70a16eef01b607edd9e674cd9d5af94e715fc8a906be21ad6e1dd0ef35d5cdd7803106df25f1d9e970cda3335bf0007fbe1986d896f46166d65');
INSERT INTO workbench.statements VALUES (13, '\xf3cf7ab826ac14a4b003520150298ca56824cbbd47ea836ee5edffeac8c91b7c5a7bbf76073d399156fce368c8deb643e349bedb82c1edc0b98eb0d55b24d1f5f1b8415c23b554737626fe3c0674389d597006978ae7');
INSERT INTO workbench.statements VALUES (14, '\x84b8950ba8e47b8f594bf57a93c67c14f1ae7a61cd4c24f24c62099c3e1fa15071a590e9a6402836311d30419702b662a0ed1d5895e836b5e3fbca1f4b267418f2e82900ef90279ee30f61048185a4f5966d17eaa2c8');
INSERT INTO workbench.statements VALUES (15, '\xe99756e0c6720712174394e5c459548fd9b5f9d6631643907e28549b3328ce67b21b8c4f1de64dc01e9fad2b92fec59b3155279356d3ead2f44eb853c98d0949d3a2caecee1b43049565b1176206609681ff0654eb7c');
INSERT INTO workbench.statements VALUES (16, '\x153ffed677b33b699ade99a971e3a60c8baf4f33a1c6d2a4d93f4b5baee36fa80d0eee3629e554afda6dc07c6ee81b550d69c5564cac85169d0ab6db039f51339abb8b3e990db8c67db2cdce82c27d1130d04116e451');
INSERT INTO workbench.statements VALUES (17, '\xbb6b40d89e1bb4397a5d7d32537960b843e5b21519fc44df76a22616645847d42981ca184a3001c526247bd7909174bcf541cf035102b2e309dfe00532e9d1bc70d5f576e2e6a858f38da422f18075969f1b1ab8ecef');
INSERT INTO workbench.statements VALUES (18, '\xe53cc7baa9a7d13f442e8c176e0fed26dee3aba2d17efcd85b84cc21bda023d32fa8c968e7812f96a3d9bdb2c504470b3845a7f475acf376975cfef3b695e28600c513fac3723b422da9dfb064bc56615bbba8e5e144');
INSERT INTO workbench.statements VALUES (19, '\xd540cc73f0a95777e0756fe49ec8c65de696716001c261b225ce19ac48e313ab07b61caf1cada0c28b459e0b673167d562e7a38376324fc6e0ddd274ede9651da674b5cd05e7ddf88a3a1a651b4dcdf9e150a837d5b1');
INSERT INTO workbench.statements VALUES (20, '\x703739ca147542a52eef4e7461f2891c65bcfe6b7f02ee1e8d0a7fd9dc0428b2350256b4fbed209c757ec72ba6e08c558baab9ae901f670dfde9c504b62ae8d7329b20c6bfae8c078b51e75086668a6ac763c2fbd3fb');
INSERT INTO workbench.statements VALUES (21, '\x407ea4a58cd4550c2d3174493891bbf7b7fce4a5ce61318d2c0fe1ac5b3e8fc2d5fc98f606268fb8ce5729ec7b1dfef3fa1d7587d8487ab6e4dd0ed84ca406d5a3986a96a665438eff1bc76af0d5cb8d915ab97bc8d0');
INSERT INTO workbench.statements VALUES (22, '\xac63ee35dd25228b95a91c6e873cd0d2b83ab56b0d7013185075f9449b0adc368f5f2f5bb040961bf0e279e49a6ea69ebddf78d9db373b98e16bed6199d1833c19bb3e0cadac07d60991dcb6e52e37813385d17e5282');
INSERT INTO workbench.statements VALUES (23, '\x164e7034ee32af382fa7934f424e7591bca68e8d171fac7dda7250c0a2e6948ef9d6ea7d7927b6597bd4adab29e285a75bd0e9752e98137a051ec691e1642ec2de6210e760311588b04a97d33144e2f1458acf5a0a54');
INSERT INTO workbench.statements VALUES (24, '\x6e15d86905b69c872d27d2a356565966162c3b4389206658963bafcc464ee4e5e6a71072f2be5544c9cb25de97a86a279a6ec2396b78f712434074fcb6d77d2fc4574eee5187b40e10d0e91d60d777a9edd49ca25278');
INSERT INTO workbench.statements VALUES (25, '\x287f14ad4efc822b32256d742bedc9c14f411e18c6499c555dc87e2f43ea3da2783a1cef121c3ac779db087a712d41c881997b2aad72cf0a7d7122874c7390afe960bc8d24f204d73c24870d4131e89b6e0ede4220c1');
INSERT INTO workbench.statements VALUES (26, '\xd2fcc041ebb01b89cfd57de0c7e9eaed2ebf26cddd19f942dd04662de70783f2647ac23a38af4dfa4916948089dd8403e87b3e8b8fc06ff713feccd6d3c39cf030a8f8750fc1159138947dd78f91b439ed34fb554eaf');
INSERT INTO workbench.users VALUES ('zhang.wei', 'ndrc', '["analyst", "leader"]', '$argon2id$v=19$m=65536,t=3,p=4$nRyk4R8LKmaxM3xhM5Dkdg$IDOIotPIeX63dfzNGY66P1Qkog65lCNGAYR71vD46fo', false, 0, '2025-11-03 01:00:01.123456+00');
INSERT INTO workbench.users VALUES ('sun', 'statistics', '["auditor"]', '$argon2id$v=19$m=65536,t=3,p=4$psQJ+o+Lmh6YyX+rwsiHXg$0X+1/kY+i6yYq2cjbf9BQH1AJGA4kWl7Uvtqsxd10f0', true, 1, '2025-11-03 01:00:03.123456+00');
SELECT pg_catalog.setval('workbench.sign_in_failures_id_seq', 1, true);
ALTER TABLE ONLY workbench.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY workbench.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY workbench.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (key);
ALTER TABLE ONLY workbench.revocations
    ADD CONSTRAINT revocations_pkey PRIMARY KEY (grant_id);
ALTER TABLE ONLY workbench.sign_in_failures
    ADD CONSTRAINT sign_in_failures_pkey PRIMARY KEY (id);
ALTER TABLE ONLY workbench.statements
    ADD CONSTRAINT statements_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY workbench.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX entries_actor ON workbench.entries USING btree (actor);
CREATE INDEX entries_at ON workbench.entries USING btree (at);
CREATE INDEX entries_release ON workbench.entries USING btree (release) WHERE (release <> ''::text);
CREATE INDEX entries_scenario ON workbench.entries USING btree (scenario);
CREATE INDEX entries_viewer ON workbench.entries USING btree (viewer) WHERE (viewer <> ''::text);
CREATE INDEX ix_sign_in_failures_user_id ON workbench.sign_in_failures USING btree (user_id);
CREATE TRIGGER entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON workbench.entries FOR EACH STATEMENT EXECUTE FUNCTION workbench.refuse_change();
CREATE TRIGGER statements_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON workbench.statements FOR EACH STATEMENT EXECUTE FUNCTION workbench.refuse_change();
ALTER TABLE ONLY workbench.statements
    ADD CONSTRAINT statements_seq_fkey FOREIGN KEY (seq) REFERENCES workbench.entries(seq);
