PRAGMA application_id = 1330791502;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
BEGIN TRANSACTION;
CREATE TABLE attempts (
             effect_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
             number INTEGER NOT NULL,
             began INTEGER NOT NULL,
             ended INTEGER,
             outcome TEXT NOT NULL DEFAULT '',
             PRIMARY KEY (effect_id, number)) WITHOUT ROWID;
INSERT INTO "attempts" VALUES(1,1,1772359200000000,1772359260000000,'done');
CREATE TABLE blobs (digest TEXT PRIMARY KEY, body BLOB NOT NULL);
INSERT INTO "blobs" VALUES('d',X'0078');
CREATE TABLE chains (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "chains" VALUES('c',1,'{}');
CREATE TABLE history (
             order_id TEXT NOT NULL,
             number INTEGER NOT NULL,
             at INTEGER NOT NULL,
             who TEXT NOT NULL,
             what TEXT NOT NULL,
             because TEXT NOT NULL,
             ruleset TEXT NOT NULL,
             decision TEXT NOT NULL,
             PRIMARY KEY (order_id, number)) WITHOUT ROWID;
INSERT INTO "history" VALUES('1001',1,1772359200000000,'rule "File them"','moved to folder Shipped','it was shipped','r1','d1');
INSERT INTO "history" VALUES('1001',2,1772359200000000,'rule "File them"','mailed','it was shipped','r1','d1');
CREATE TABLE inbox (key TEXT PRIMARY KEY, event TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "inbox" VALUES('change','order.imported',1772359200000000);
INSERT INTO "inbox" VALUES('in 1001','order.imported',1772359200000000);
INSERT INTO "inbox" VALUES('s','order.imported',1772359260000000);
CREATE TABLE journal (
             number INTEGER PRIMARY KEY,
             order_id TEXT NOT NULL,
             id TEXT NOT NULL,
             event_id TEXT NOT NULL,
             at INTEGER NOT NULL,
             event TEXT NOT NULL,
             orders TEXT NOT NULL,
             chain TEXT NOT NULL,
             context TEXT NOT NULL,
             lines TEXT NOT NULL);
INSERT INTO "journal" VALUES(1,'1001','d1','order.imported',1772359260000000,'{"id": "order.imported"}','{"1001": {}}','{}','{}','[]');
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "notes" VALUES('n','v');
CREATE TABLE orders (
             place INTEGER PRIMARY KEY,
             id TEXT NOT NULL UNIQUE,
             version INTEGER NOT NULL,
             folder TEXT NOT NULL,
             source_name TEXT NOT NULL,
             source_id TEXT NOT NULL,
             body TEXT NOT NULL);
INSERT INTO "orders" VALUES(1,'1001',2,'New','Shopify','7','{"id":"1001","email":"","currency":"","folder":"New","folder_id":null,"tags":[],"tag_name":"","tag_color":"","source_name":"Shopify","source_id":"7","shipping_method":"","quantity_total":0,"weight_total":0,"product_total":0,"shipping_total":0,"handling_total":0,"tax_total":0,"discount_total":0,"order_total":19.90,"refund_total":null,"processor_balance":null,"cc_number_masked":"","cc_exp":"","processor_response":"","payment_type":"","payment_status":"","customer_id":"","email_count":null,"ip_address":"","fulfillment_name":"","fulfillment_id":"","mail_class":"","date_added":null,"date_updated":null,"shipping":{"first_name":"","last_name":"","company":"","address1":"","address2":"","address3":"","address4":"","city":"","state":"","postal_code":"","country":"","phone":""},"customer":{"first_name":"","last_name":"","company":"","address1":"","address2":"","address3":"","address4":"","city":"","state":"","postal_code":"","country":"","phone":""},"return_address":{"title":"","name":"","company":"","address1":"","address2":"","city":"","state":"","postal_code":"","country":"","phone":""},"checkout_data":{},"order_metadata":{},"discount_list":[],"order_notes":[],"order_items":[],"order_shipments":[],"submissions":[],"parent_id":"","splits":0}');
CREATE TABLE outbox (
             id INTEGER PRIMARY KEY,
             key TEXT NOT NULL UNIQUE,
             order_id TEXT NOT NULL,
             connection TEXT NOT NULL,
             effect TEXT,
             chain TEXT NOT NULL,
             at INTEGER NOT NULL,
             mode TEXT NOT NULL,
             credentials TEXT NOT NULL,
             state TEXT NOT NULL
               CHECK (state IN ('waiting', 'working', 'review', 'done', 'failed', 'dropped')),
             due INTEGER NOT NULL,
             free INTEGER,
             holder TEXT NOT NULL DEFAULT '',
             saved TEXT NOT NULL DEFAULT '{}',
             message TEXT NOT NULL DEFAULT '');
INSERT INTO "outbox" VALUES(1,'e1','1001','podos','{"kind":"submit","order_id":"1001","rule":"Send","connection":"podos","number":1,"values":{}}','chain of 1001',1772359200000000,'test','fingerprint','done',1772359200000000,NULL,'','{"order_id":"P1"}','it is done');
INSERT INTO "outbox" VALUES(2,'e2','1001','email','{"kind":"email","order_id":"1001","rule":"Thank","connection":null,"number":0,"values":{"to":"a@example.com","body":"Thanks"}}','chain of 1001',1772359200000000,'test','fingerprint','waiting',1772359200000000,1772359200000000,'','{}','');
CREATE INDEX orders_folder ON orders (folder);
CREATE INDEX orders_source ON orders (source_id, source_name) WHERE source_id <> '';
CREATE INDEX journal_order ON journal (order_id);
CREATE INDEX outbox_free ON outbox (connection, id, free) WHERE free IS NOT NULL;
CREATE INDEX outbox_lane ON outbox (order_id, connection, id);
COMMIT;
