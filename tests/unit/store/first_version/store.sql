BEGIN TRANSACTION;
CREATE TABLE entries (
	seq INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	body TEXT NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	event VARCHAR(64) NOT NULL, 
	actor TEXT NOT NULL, 
	viewer TEXT NOT NULL, 
	scenario TEXT NOT NULL, 
	release TEXT NOT NULL, 
	resources TEXT NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "entries" VALUES(1,'2025-11-03 01:00:02.123456','{"actor":"os:root","approver":"","at":"2025-11-03T01:00:02.123456Z","content":{},"department":"","detail":{"change":"added","roles":["analyst"],"user":"zhang.wei"},"event":"user_changed","medium":"cli","method":"users","purpose":"","release":"","scenario":"","seal":"63ec051405e79db1a14958aa97f1bee5851e453203f66d107609cbece3bb7c55","seq":1,"statement":"","v":1,"viewer":""}','0000000000000000000000000000000000000000000000000000000000000000','624761232455ef2e6e1c2efdb34479cd93c25e5cdea6058129af1cd8ca06057b','user_changed','os:root','','','','');
INSERT INTO "entries" VALUES(2,'2025-11-03 01:00:04.123456','{"actor":"os:root","approver":"","at":"2025-11-03T01:00:04.123456Z","content":{},"department":"","detail":{"change":"added","user":"sun"},"event":"user_changed","medium":"cli","method":"users","purpose":"","release":"","scenario":"","seal":"7eac76f72e97ea24ccf68d376bd1da6dbf085ef94b38bc5da6d9e317b446f368","seq":2,"statement":"","v":1,"viewer":""}','624761232455ef2e6e1c2efdb34479cd93c25e5cdea6058129af1cd8ca06057b','d2456974c6a5e4d26110ce587aa82697af31508e01e1402c742a4c211e25df79','user_changed','os:root','','','','');
INSERT INTO "entries" VALUES(3,'2025-11-03 01:00:05.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:05.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":0,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r0","scenario":"house_prices","seal":"206e7cf44472f92ab1c448e1fa618582a1a3ced930d1bcaa54cc5f2662783651","seq":3,"statement":"9ab9a8a703e1f1ad1a371ab777ff77ee9b4941ebbfe121c99dcbfdf2cf56ff37","v":1,"viewer":"li"}','d2456974c6a5e4d26110ce587aa82697af31508e01e1402c742a4c211e25df79','947da455466a77be56f1966e0d87681f6d98b75fbb0a471f3e70ed89b983aeff','decision','zhang.wei','li','house_prices','r0','
house_price_index
');
INSERT INTO "entries" VALUES(4,'2025-11-03 01:00:06.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:06.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":1,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r1","scenario":"house_prices","seal":"d682ef740d15c90e075615047e474fbb5fb75841d78094c35489ca48e0543bb6","seq":4,"statement":"fe23d5dc46c760311a76aace18cb08fe1c4c2faa026cc31f4da3fe15490575f3","v":1,"viewer":""}','947da455466a77be56f1966e0d87681f6d98b75fbb0a471f3e70ed89b983aeff','02cf9f87a80f169aade67224d23227d4c493343f985bab2547983ee31707a78a','decision','zhang.wei','','house_prices','r1','
house_price_index
');
INSERT INTO "entries" VALUES(5,'2025-11-03 01:00:07.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:07.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":2,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r2","scenario":"house_prices","seal":"658169d95dc5d1f2d5f7ddf50555cb756a6ac94734e2d166559214bc850e873d","seq":5,"statement":"1b951ef2a534d8a04e825f050104aa70658a53e8156aa101c5e89b885637d1cb","v":1,"viewer":""}','02cf9f87a80f169aade67224d23227d4c493343f985bab2547983ee31707a78a','8f3cc007c9b0f1a392721798775f07cd19b9f736c5b1efbc9dc38e34acde2b87','decision','zhang.wei','','house_prices','r2','
house_price_index
');
INSERT INTO "entries" VALUES(6,'2025-11-03 01:00:08.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:08.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":3,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r3","scenario":"house_prices","seal":"405dffa206d218b08d664b5edd6f68563122bc97e546a2600ef75dab42292ba8","seq":6,"statement":"305317bea01517cc9d80538e16a1733ce00d2e55b9c553f98c490b3ed1b7c3f3","v":1,"viewer":"li"}','8f3cc007c9b0f1a392721798775f07cd19b9f736c5b1efbc9dc38e34acde2b87','af035b7794aee26eb7dc73e4d44bd1a9907cf74be3608f432f3628758a8fa9c3','decision','zhang.wei','li','house_prices','r3','
house_price_index
');
INSERT INTO "entries" VALUES(7,'2025-11-03 01:00:09.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:09.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":4,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r4","scenario":"house_prices","seal":"f08858b1a8fbb64513e176cbb817fccbbccf349e5178be9c9ee66f33626f4c7e","seq":7,"statement":"4984bf8d745935b8e9601d6c06916950bb611f26cf277ed6fc113ba1fb9fcde2","v":1,"viewer":""}','af035b7794aee26eb7dc73e4d44bd1a9907cf74be3608f432f3628758a8fa9c3','c327b40ca787718e75aa1606a67b65337035aebc17a928225aa43215eeb23c7a','decision','zhang.wei','','house_prices','r4','
house_price_index
');
INSERT INTO "entries" VALUES(8,'2025-11-03 01:00:10.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:10.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":5,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r5","scenario":"house_prices","seal":"052a60480d4ab74a9a2828f4fe611d5e6614a0bab7a1e6db01294680ecfd0b14","seq":8,"statement":"97495d88bec0d1fd8888335b72afdab064705c1f0716e925b5dabd5aa67a3d0c","v":1,"viewer":""}','c327b40ca787718e75aa1606a67b65337035aebc17a928225aa43215eeb23c7a','9f28b3ef7ec5c1dbe83805c1e931667e89162fa5b21ff024ae2af3a2db8d2500','decision','zhang.wei','','house_prices','r5','
house_price_index
');
INSERT INTO "entries" VALUES(9,'2025-11-03 01:00:11.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:11.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":6,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r6","scenario":"house_prices","seal":"85a466e50a63a1a0f579a46ce66c7645d7df871149254cb5b2010c4509c70d81","seq":9,"statement":"12f5faa4b5f7abee3ec6f0a7a26f3509c22fafbb69013d2059a43b76fcc684a8","v":1,"viewer":"li"}','9f28b3ef7ec5c1dbe83805c1e931667e89162fa5b21ff024ae2af3a2db8d2500','d4ca2e5789204c454821ef5c9c2bd8dd809da981cec8df9ee9afa339a68458e0','decision','zhang.wei','li','house_prices','r6','
house_price_index
');
INSERT INTO "entries" VALUES(10,'2025-11-03 01:00:12.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:12.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":7,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r7","scenario":"house_prices","seal":"b41dadc52259c186c58a5905998edc92c988aeada2cd8e2e087cfcf9f8906a98","seq":10,"statement":"074bc4d73fca703ff47db574e121b0d2fbdcd7661777d1976931a9544e3bd1c3","v":1,"viewer":""}','d4ca2e5789204c454821ef5c9c2bd8dd809da981cec8df9ee9afa339a68458e0','1613b6410dc0ebc3d8a3b64fdf5d5b47b5bee9c26c936615ce393b07489e8915','decision','zhang.wei','','house_prices','r7','
house_price_index
');
INSERT INTO "entries" VALUES(11,'2025-11-03 01:00:13.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:13.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":8,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r8","scenario":"house_prices","seal":"1338aafd444c3aa245cd45d9cc9f0c8889306726430af47c9563c8ac8e20f97b","seq":11,"statement":"6bc774061926352c580b36e68ea68150f671857e0d9d65799602323ac3c881f6","v":1,"viewer":""}','1613b6410dc0ebc3d8a3b64fdf5d5b47b5bee9c26c936615ce393b07489e8915','1dbc4a384e2251b6563b177a36ff88afb17470a6441b86018e537460971d65bb','decision','zhang.wei','','house_prices','r8','
house_price_index
');
INSERT INTO "entries" VALUES(12,'2025-11-03 01:00:14.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:14.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":9,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r9","scenario":"house_prices","seal":"ea8327ec893f41161d126f9f5f87ca4a97c8141094c38c096f92281047def775","seq":12,"statement":"8cfad8f327dff2a56c98d0b7adad4f7c24868b6df96586d43c30275b2e67b86c","v":1,"viewer":"li"}','1dbc4a384e2251b6563b177a36ff88afb17470a6441b86018e537460971d65bb','8cff95217a7b30cb8924d4bf5147544157e7c3aab04bd55b5686ebe3c243c1f2','decision','zhang.wei','li','house_prices','r9','
house_price_index
');
INSERT INTO "entries" VALUES(13,'2025-11-03 01:00:15.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:15.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":10,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r10","scenario":"house_prices","seal":"87955cc4b660e5c261311ac43f9b43f84658530d88fb735e7608c9c3bbff41e6","seq":13,"statement":"bb255866f00603d4d2890b6c36159e446b9c32e8ac85a59bb6e5d62fcc737bbc","v":1,"viewer":""}','8cff95217a7b30cb8924d4bf5147544157e7c3aab04bd55b5686ebe3c243c1f2','88f2474b3d0a65fdb2a44e8d628487833ba02c34a4ae018adc0a264dd61a8956','decision','zhang.wei','','house_prices','r10','
house_price_index
');
INSERT INTO "entries" VALUES(14,'2025-11-03 01:00:16.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:16.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":11,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r11","scenario":"house_prices","seal":"76c1ab06e80439a9382405167de1c8d35b169f15544a4cf67d4bb71e44eb0726","seq":14,"statement":"07cb5fd65fe67b447bcd816a0ba228ef7373279475bc2661e9b8c9769223b770","v":1,"viewer":""}','88f2474b3d0a65fdb2a44e8d628487833ba02c34a4ae018adc0a264dd61a8956','4fcedba77890f2fee6dc4f5d2fd3ce21ea6a5349c528d0143b10e29deba312b3','decision','zhang.wei','','house_prices','r11','
house_price_index
');
INSERT INTO "entries" VALUES(15,'2025-11-03 01:00:17.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:17.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":12,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r12","scenario":"house_prices","seal":"1ee5b62de1eae8ebbb0b6e899d4048c474a72366903306f01a9a26376b85a2b6","seq":15,"statement":"127396f7bb253fefbd0da45ba39f947884392e62b598d46c8cbdca59074352f2","v":1,"viewer":"li"}','4fcedba77890f2fee6dc4f5d2fd3ce21ea6a5349c528d0143b10e29deba312b3','63d9066652956bbc6bc5256f8a7906224ba990358816d4ed4a3ba2476452d458','decision','zhang.wei','li','house_prices','r12','
house_price_index
');
INSERT INTO "entries" VALUES(16,'2025-11-03 01:00:18.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:18.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":13,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r13","scenario":"house_prices","seal":"4e51f13626d20eaf28b82560030476f117a86426306586a458b64f2d99a04b47","seq":16,"statement":"74ae8391ef9bfab63db312c20898b75efb4c2d1a1b530f235adfc40ee4945663","v":1,"viewer":""}','63d9066652956bbc6bc5256f8a7906224ba990358816d4ed4a3ba2476452d458','62e3f70c9492b900037db6ef3b7fbc88892650a6053c35732c861f7181235ceb','decision','zhang.wei','','house_prices','r13','
house_price_index
');
INSERT INTO "entries" VALUES(17,'2025-11-03 01:00:19.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:19.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":14,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r14","scenario":"house_prices","seal":"3c84b6d894828513a7f773d5b43b5700fa00efcf482d6782d5d8fe6964dfb11c","seq":17,"statement":"e8455fead28ea69ac169f888e918153c55ac8f42e19f5305d3da08b68b602d0b","v":1,"viewer":""}','62e3f70c9492b900037db6ef3b7fbc88892650a6053c35732c861f7181235ceb','52e1a15e2dd2f41afca0cb9c9f3886ff472164644ddaf0558384cb538f2f69e5','decision','zhang.wei','','house_prices','r14','
house_price_index
');
INSERT INTO "entries" VALUES(18,'2025-11-03 01:00:20.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:20.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":15,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r15","scenario":"house_prices","seal":"2600ced6e4794db43b0f7caa8f97f96a282f33f975b1b08d327888bd219ee41e","seq":18,"statement":"c82258e369717816d277f0d8de7f90f6a2872be193ce79fc2c0057009f7bae7c","v":1,"viewer":"li"}','52e1a15e2dd2f41afca0cb9c9f3886ff472164644ddaf0558384cb538f2f69e5','ec9c5a6fc9cdc09798bfa785cfa8883f874354bc0eba8be4b300a8bc903a1976','decision','zhang.wei','li','house_prices','r15','
house_price_index
');
INSERT INTO "entries" VALUES(19,'2025-11-03 01:00:21.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:21.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":16,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r16","scenario":"house_prices","seal":"46f428dd646705805d4b855d0315e97059471ab7e43a95ac6dc054de21895cde","seq":19,"statement":"efc55f702cbca66b41bc17a54322d03c28c0065f3238f96dfebaa77e053eafa3","v":1,"viewer":""}','ec9c5a6fc9cdc09798bfa785cfa8883f874354bc0eba8be4b300a8bc903a1976','ae0afd8ea7b8a39346ab07fd4e2a1b2a637c079601413b8556afa03de79d7adf','decision','zhang.wei','','house_prices','r16','
house_price_index
');
INSERT INTO "entries" VALUES(20,'2025-11-03 01:00:22.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:22.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":17,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r17","scenario":"house_prices","seal":"b792a9ec4e61718ccb052a2092a0f98a982631506e46d6ddfb9bc32045e8f78b","seq":20,"statement":"0fcdb29984786f2411e321eec2c6611132ac44243328689747ddb3d8e6f3bfd7","v":1,"viewer":""}','ae0afd8ea7b8a39346ab07fd4e2a1b2a637c079601413b8556afa03de79d7adf','6195c7718c8557fed07d816d7e5e70f59342694a7daff55f0939eef6fa2eea4f','decision','zhang.wei','','house_prices','r17','
house_price_index
');
INSERT INTO "entries" VALUES(21,'2025-11-03 01:00:23.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:23.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":18,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r18","scenario":"house_prices","seal":"e771baa5a7b2c86dfeceb1d23387355de63cbdea3f00b049f510854eff152140","seq":21,"statement":"b249ee4737fa06b0bdccdb67e67e20d4a003e07dc4ea4891cadded71a7edc604","v":1,"viewer":"li"}','6195c7718c8557fed07d816d7e5e70f59342694a7daff55f0939eef6fa2eea4f','d97ee77948396ea5f4ddefc0537aa14df4e31d94f45a1752cbe135e2c30afaf3','decision','zhang.wei','li','house_prices','r18','
house_price_index
');
INSERT INTO "entries" VALUES(22,'2025-11-03 01:00:24.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:24.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":19,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r19","scenario":"house_prices","seal":"05957d18a5a1c8739e1d05a73889a13c7aad3632b1bc7f0d70a44e5d6ba332a4","seq":22,"statement":"28f8b24d0d1f07fce67a01338a594730dd6296f7b8ac24bc5537980b56e6ed1b","v":1,"viewer":""}','d97ee77948396ea5f4ddefc0537aa14df4e31d94f45a1752cbe135e2c30afaf3','be01fd187e6e7bcc09ee4b192b25aeb891261304ad0a18c60d507d08727bc739','decision','zhang.wei','','house_prices','r19','
house_price_index
');
INSERT INTO "entries" VALUES(23,'2025-11-03 01:00:25.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:25.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":20,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r20","scenario":"house_prices","seal":"c782d4255441f01a36c0a428aeaed89d98de81a0e9fed56410883688fe559dfb","seq":23,"statement":"d4e218060407843756d6ed290087ba661688370ec62732deb893d3b95beeb32f","v":1,"viewer":""}','be01fd187e6e7bcc09ee4b192b25aeb891261304ad0a18c60d507d08727bc739','45bb02a35421fb4fb0542230b6192bdd386a038f9b2089cae1431e43e2dc91e1','decision','zhang.wei','','house_prices','r20','
house_price_index
');
INSERT INTO "entries" VALUES(24,'2025-11-03 01:00:26.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:26.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":21,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r21","scenario":"house_prices","seal":"71101c041cca55b684d5d7861f3de54ddc4e41538b31ebf3ce56119ec8e55e18","seq":24,"statement":"8f9a1637563b0661481cb0352bee0b9e0e444190136d3d27cd67533e9d3fb665","v":1,"viewer":"li"}','45bb02a35421fb4fb0542230b6192bdd386a038f9b2089cae1431e43e2dc91e1','132fa119381d356b6af61e6caa7c4ffd255e414b460ba10823fc122c34da30c9','decision','zhang.wei','li','house_prices','r21','
house_price_index
');
INSERT INTO "entries" VALUES(25,'2025-11-03 01:00:27.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:27.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":22,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r22","scenario":"house_prices","seal":"8d66d036630dfb71b1ce623c10a7fb6d2586152fc595fab6e924c677eced60f7","seq":25,"statement":"a2d5b9d0e51047729255216c4f332e61184993ec897cd2aa4504b596548d9142","v":1,"viewer":""}','132fa119381d356b6af61e6caa7c4ffd255e414b460ba10823fc122c34da30c9','c5dc131a258efce18100dcb924a24179650fdf326783cdc3e1dc0a081076b6c9','decision','zhang.wei','','house_prices','r22','
house_price_index
');
INSERT INTO "entries" VALUES(26,'2025-11-03 01:00:28.123456','{"actor":"zhang.wei","approver":"市政务数据局","at":"2025-11-03T01:00:28.123456Z","content":{"house_price_index":["city","month"]},"department":"ndrc","detail":{"number":23,"outcome":"permit","text":"\u0000 nul \ud800 𠮷"},"event":"decision","medium":"flight","method":"sql","purpose":"房价走势分析","release":"r23","scenario":"house_prices","seal":"a9af60ca360e6595b27f0c681cdbcbbfa870ca1214a4c54102ede71c86769785","seq":26,"statement":"a2f83a6e6fedf4dd7309e48afc240f4555ecf0bad0ff1cb47dcdaa7ae31a8318","v":1,"viewer":""}','c5dc131a258efce18100dcb924a24179650fdf326783cdc3e1dc0a081076b6c9','0999689e49f89a29391d49e3cd728b30292651b8f910f80b2974faa2e7664232','decision','zhang.wei','','house_prices','r23','
house_price_index
');
INSERT INTO "entries" VALUES(27,'2025-11-03 01:00:29.123456','{"actor":"zhang.wei","approver":"","at":"2025-11-03T01:00:29.123456Z","content":{},"department":"","detail":{},"event":"release_opened","medium":"","method":"","purpose":"","release":"r23","scenario":"house_prices","seal":"f480a43aba89833c463275c5d580d6f99f26b35c3b76de97c6deb14798bf8cb0","seq":27,"statement":"","v":1,"viewer":""}','0999689e49f89a29391d49e3cd728b30292651b8f910f80b2974faa2e7664232','c2e47a59cab7fb4a14a5ddc38a4047c4f3bb3e05f9d6e342685af08b8f0de7ef','release_opened','zhang.wei','','house_prices','r23','');
INSERT INTO "entries" VALUES(28,'2025-11-03 01:00:31.123456','{"actor":"os:root","approver":"","at":"2025-11-03T01:00:31.123456Z","content":{},"department":"","detail":{"grant":"house_prices/ndrc/divisions","reason":"项目结束"},"event":"grant_revoked","medium":"cli","method":"grants revoke","purpose":"","release":"","scenario":"","seal":"ce958f75df31e2c8ad715105a4140d73fe1a822ae2630fb460bbce860917a1e5","seq":28,"statement":"","v":1,"viewer":""}','c2e47a59cab7fb4a14a5ddc38a4047c4f3bb3e05f9d6e342685af08b8f0de7ef','5955db47bed1624fae8f936a28cf088dcb66dd7db6de07a5a0ce8f130fdd8235','grant_revoked','os:root','','','','');
INSERT INTO "entries" VALUES(29,'2025-11-03 01:00:32.123456','{"actor":"os:root","approver":"","at":"2025-11-03T01:00:32.123456Z","content":{},"department":"","detail":{"change":"disabled","user":"sun"},"event":"user_changed","medium":"","method":"","purpose":"","release":"","scenario":"","seal":"288d8732f9e9fe50ffe2dfd7010375d3dc30c2a56ecfa1fdb298cb8ef8b4921a","seq":29,"statement":"","v":1,"viewer":""}','5955db47bed1624fae8f936a28cf088dcb66dd7db6de07a5a0ce8f130fdd8235','fcb7522d54d3bc39e1b577c7b37ad0f259651e38fd33dc2524a175b3da8e92cb','user_changed','os:root','','','','');
CREATE TABLE meta (
	"key" VARCHAR(64) NOT NULL, 
	value INTEGER NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema_version',1);
INSERT INTO "meta" VALUES('version',4);
CREATE TABLE revocations (
	grant_id VARCHAR(512) NOT NULL, 
	revoked_on DATE NOT NULL, 
	"by" VARCHAR(128) NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (grant_id)
);
INSERT INTO "revocations" VALUES('house_prices/ndrc/divisions','2025-11-02','李主任','项目结束','2025-11-03 01:00:30.123456');
CREATE TABLE sign_in_failures (
	id INTEGER NOT NULL, 
	user_id VARCHAR(128) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "sign_in_failures" VALUES(1,'zhang.wei','2025-11-03 01:00:34.123456');
CREATE TABLE statements (
	seq INTEGER NOT NULL, 
	sealed BLOB NOT NULL, 
	PRIMARY KEY (seq), 
	FOREIGN KEY(seq) REFERENCES entries (seq)
);
INSERT INTO "statements" VALUES(3,X'9C0C9DDE26F8CA9A4C70711A55D82E1718FAD35A631D3498DE5D68EF834E63AE2F13F079919110B23B57857C34DB8BC26B3B1E6F65F3724CBAFF4570111FE57901B756F42C644A6E191C565216821F61DC0A878F820C');
INSERT INTO "statements" VALUES(4,X'774B42CC2686A2D5198FB1506C6C7667453AE2B74DC72DF2167C1E4DF030C2131953F83A95E25BF6A33E92338E37604D360A5FB43AA4C3E69CDE0A966FD9026D2D3B13FFC07B344CBB6FD9C3B605215EC3D667E24B0B');
INSERT INTO "statements" VALUES(5,X'56526014D14233BE7C5AD8A391BA76FDD3BCD512CC3BE4FF1DD800C5B8974DD5EE2C8B4AF3D394892DDC919FF590FD5B936686EB46CB2E781C431C4EA0A92ACD5944EB58E81C11A7BC1BC05481EE91C0B0430936BF1C');
INSERT INTO "statements" VALUES(6,X'D2253BBC0D37CA01AACD45BEF4A988B4C137B229BF9F955010469FDB52817EB89D707659926298FAEC4DFE45A78E7F9CC10BC8EA87507C8AD7533A768FF2CFC724B03DB5E2AC34C56F24E2BC86570682386BD64F431B');
INSERT INTO "statements" VALUES(7,X'EAEB812043BDD21D86C00271D066DD478BBE7678E5A2DBFA30E784036F28A33F23902FB6452994B65E370E095FA3EDF1A57C2A00237DAA327DEBDAC2170A63AD2836BA92099722F004C26CF56DD957DF045B9D5DC9B4');
INSERT INTO "statements" VALUES(8,X'CBBB5C70A62A14B16E432A5E73F560B05DE49C4C952670E3A7029211D37F23DE9B036C50E8A822C3EC152F1EFBFF0015548ECD1EA50F6C925FB59FD55A113478BA9D1D6A3C4E253A0CF9B2226A9F3B0D532722F74AF2');
INSERT INTO "statements" VALUES(9,X'6645B141A13AF2C412F27E0465D13217D0DD40A891DBE5B1936B082D738EC814230CA4B37A6F6A5456CBB6E735BEDA265CEDA96C2C6EBE08CE13C04C6FC2D2DC09356EBD51C9A9422F9D1B276A6EFAB5A359EAFA8C43');
INSERT INTO "statements" VALUES(10,X'160907DCC5ACCCCBB2D362334B349E4A90025278E016596A9355931A9DFBBCD82C88596A388CFFFBDA0FC1C5ADA257B83DAA1FB5E827CE8F41A138078370EFF89B5D51A7D469D2A5A980CD40EF9FAD87EEBD439458A1');
INSERT INTO "statements" VALUES(11,X'C6229D821F12DAC22B2FEBAF2CB2DE136F5BB9FC01699C8DCA898BBAD90C69D9CC683EBAD355192557AEEBEB60D494CA04064F697BBAC06D45E98CE81FBFD9933B07399DFD45A67DF3677AD684D1F75AF859D6253A95');
INSERT INTO "statements" VALUES(12,X'A19EAB1D5F118851DC49626C96905F2AB9A7101B92ED0F89D5C53520E70A16EEF01B607EDD9E674CD9D5AF94E715FC8A906BE21AD6E1DD0EF35D5CDD7803106DF25F1D9E970CDA3335BF0007FBE1986D896F46166D65');
INSERT INTO "statements" VALUES(13,X'F3CF7AB826AC14A4B003520150298CA56824CBBD47EA836EE5EDFFEAC8C91B7C5A7BBF76073D399156FCE368C8DEB643E349BEDB82C1EDC0B98EB0D55B24D1F5F1B8415C23B554737626FE3C0674389D597006978AE7');
INSERT INTO "statements" VALUES(14,X'84B8950BA8E47B8F594BF57A93C67C14F1AE7A61CD4C24F24C62099C3E1FA15071A590E9A6402836311D30419702B662A0ED1D5895E836B5E3FBCA1F4B267418F2E82900EF90279EE30F61048185A4F5966D17EAA2C8');
INSERT INTO "statements" VALUES(15,X'E99756E0C6720712174394E5C459548FD9B5F9D6631643907E28549B3328CE67B21B8C4F1DE64DC01E9FAD2B92FEC59B3155279356D3EAD2F44EB853C98D0949D3A2CAECEE1B43049565B1176206609681FF0654EB7C');
INSERT INTO "statements" VALUES(16,X'153FFED677B33B699ADE99A971E3A60C8BAF4F33A1C6D2A4D93F4B5BAEE36FA80D0EEE3629E554AFDA6DC07C6EE81B550D69C5564CAC85169D0AB6DB039F51339ABB8B3E990DB8C67DB2CDCE82C27D1130D04116E451');
INSERT INTO "statements" VALUES(17,X'BB6B40D89E1BB4397A5D7D32537960B843E5B21519FC44DF76A22616645847D42981CA184A3001C526247BD7909174BCF541CF035102B2E309DFE00532E9D1BC70D5F576E2E6A858F38DA422F18075969F1B1AB8ECEF');
INSERT INTO "statements" VALUES(18,X'E53CC7BAA9A7D13F442E8C176E0FED26DEE3ABA2D17EFCD85B84CC21BDA023D32FA8C968E7812F96A3D9BDB2C504470B3845A7F475ACF376975CFEF3B695E28600C513FAC3723B422DA9DFB064BC56615BBBA8E5E144');
INSERT INTO "statements" VALUES(19,X'D540CC73F0A95777E0756FE49EC8C65DE696716001C261B225CE19AC48E313AB07B61CAF1CADA0C28B459E0B673167D562E7A38376324FC6E0DDD274EDE9651DA674B5CD05E7DDF88A3A1A651B4DCDF9E150A837D5B1');
INSERT INTO "statements" VALUES(20,X'703739CA147542A52EEF4E7461F2891C65BCFE6B7F02EE1E8D0A7FD9DC0428B2350256B4FBED209C757EC72BA6E08C558BAAB9AE901F670DFDE9C504B62AE8D7329B20C6BFAE8C078B51E75086668A6AC763C2FBD3FB');
INSERT INTO "statements" VALUES(21,X'407EA4A58CD4550C2D3174493891BBF7B7FCE4A5CE61318D2C0FE1AC5B3E8FC2D5FC98F606268FB8CE5729EC7B1DFEF3FA1D7587D8487AB6E4DD0ED84CA406D5A3986A96A665438EFF1BC76AF0D5CB8D915AB97BC8D0');
INSERT INTO "statements" VALUES(22,X'AC63EE35DD25228B95A91C6E873CD0D2B83AB56B0D7013185075F9449B0ADC368F5F2F5BB040961BF0E279E49A6EA69EBDDF78D9DB373B98E16BED6199D1833C19BB3E0CADAC07D60991DCB6E52E37813385D17E5282');
INSERT INTO "statements" VALUES(23,X'164E7034EE32AF382FA7934F424E7591BCA68E8D171FAC7DDA7250C0A2E6948EF9D6EA7D7927B6597BD4ADAB29E285A75BD0E9752E98137A051EC691E1642EC2DE6210E760311588B04A97D33144E2F1458ACF5A0A54');
INSERT INTO "statements" VALUES(24,X'6E15D86905B69C872D27D2A356565966162C3B4389206658963BAFCC464EE4E5E6A71072F2BE5544C9CB25DE97A86A279A6EC2396B78F712434074FCB6D77D2FC4574EEE5187B40E10D0E91D60D777A9EDD49CA25278');
INSERT INTO "statements" VALUES(25,X'287F14AD4EFC822B32256D742BEDC9C14F411E18C6499C555DC87E2F43EA3DA2783A1CEF121C3AC779DB087A712D41C881997B2AAD72CF0A7D7122874C7390AFE960BC8D24F204D73C24870D4131E89B6E0EDE4220C1');
INSERT INTO "statements" VALUES(26,X'D2FCC041EBB01B89CFD57DE0C7E9EAED2EBF26CDDD19F942DD04662DE70783F2647AC23A38AF4DFA4916948089DD8403E87B3E8B8FC06FF713FECCD6D3C39CF030A8F8750FC1159138947DD78F91B439ED34FB554EAF');
CREATE TABLE users (
	id VARCHAR(128) NOT NULL, 
	department VARCHAR(128) NOT NULL, 
	roles JSON NOT NULL, 
	password_hash TEXT NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	session_epoch INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "users" VALUES('zhang.wei','ndrc','["analyst", "leader"]','$argon2id$v=19$m=65536,t=3,p=4$nRyk4R8LKmaxM3xhM5Dkdg$IDOIotPIeX63dfzNGY66P1Qkog65lCNGAYR71vD46fo',0,0,'2025-11-03 01:00:01.123456');
INSERT INTO "users" VALUES('sun','statistics','["auditor"]','$argon2id$v=19$m=65536,t=3,p=4$psQJ+o+Lmh6YyX+rwsiHXg$0X+1/kY+i6yYq2cjbf9BQH1AJGA4kWl7Uvtqsxd10f0',1,1,'2025-11-03 01:00:03.123456');
CREATE INDEX ix_sign_in_failures_user_id ON sign_in_failures (user_id);
CREATE INDEX entries_viewer ON entries (viewer) WHERE viewer != '';
CREATE INDEX entries_at ON entries (at);
CREATE INDEX entries_release ON entries (release) WHERE release != '';
CREATE INDEX entries_scenario ON entries (scenario);
CREATE INDEX entries_actor ON entries (actor);
CREATE TRIGGER entries_no_update BEFORE update ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entries_no_delete BEFORE delete ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER statements_no_update BEFORE update ON statements BEGIN SELECT RAISE(ABORT, 'statements are append-only'); END;
CREATE TRIGGER statements_no_delete BEFORE delete ON statements BEGIN SELECT RAISE(ABORT, 'statements are append-only'); END;
COMMIT;
