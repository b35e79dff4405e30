-- The shop as it is before any example has run. Times are counted from now, so that yesterday is always yesterday.
DROP TABLE IF EXISTS users;
CREATE TABLE users (email TEXT PRIMARY KEY, name TEXT NOT NULL);

DROP TABLE IF EXISTS inventory;
CREATE TABLE inventory (sku TEXT PRIMARY KEY, available INTEGER NOT NULL);
INSERT INTO inventory VALUES ('chair', 5), ('lamp', 20), ('table', 0);

DROP TABLE IF EXISTS orders;
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, sku TEXT, total REAL, status TEXT, created_at TEXT);
INSERT INTO orders VALUES
  (1, 42, 'chair', 149.0, 'shipped', datetime('now', 'start of day', '-1 day', '+9 hours')),
  (2, 42, 'lamp', 78.0, 'paid', datetime('now', 'start of day', '-1 day', '+15 hours')),
  (3, 43, 'lamp', 39.0, 'paid', datetime('now', 'start of day', '-1 day', '+23 hours')),
  (4, 42, 'chair', 298.0, 'shipped', datetime('now', 'start of day', '-12 days')),
  (5, 44, 'table', 499.0, 'open', datetime('now', 'start of day', '-2 days', '+23 hours'));

DROP TABLE IF EXISTS transactions;
CREATE TABLE transactions (order_id TEXT, status TEXT);
DROP TABLE IF EXISTS backorders;
CREATE TABLE backorders (order_id TEXT, sku TEXT);
DROP TABLE IF EXISTS cancellations;
CREATE TABLE cancellations (order_id TEXT, sku TEXT);

DROP TABLE IF EXISTS cache;
CREATE TABLE cache (key TEXT PRIMARY KEY, value TEXT, expires_at TEXT);
INSERT INTO cache VALUES
  ('rates', '{"currency": "USD", "rate": 1.05}', datetime('now', '-1 hours')),
  ('featured', '[{"sku": "lamp", "name": "Desk lamp", "price": 39}]', datetime('now', '+1 hours'));

DROP TABLE IF EXISTS incidents;
CREATE TABLE incidents (source TEXT, message TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP);

DROP TABLE IF EXISTS alerts;
CREATE TABLE alerts (severity TEXT, message TEXT, urgent BOOLEAN, recipients JSON, created_at TEXT DEFAULT CURRENT_TIMESTAMP);

DROP TABLE IF EXISTS circuits;
CREATE TABLE circuits (service TEXT PRIMARY KEY, status TEXT, since TEXT);
INSERT INTO circuits VALUES
  ('exchange', 'closed', datetime('now', '-1 hours')),
  ('exchange-open', 'open', datetime('now', '-1 minutes')),
  ('exchange-long-open', 'open', datetime('now', '-10 minutes'));

DROP TABLE IF EXISTS audits;
CREATE TABLE audits (status TEXT, report_id INTEGER, created_at TEXT DEFAULT CURRENT_TIMESTAMP);

DROP TABLE IF EXISTS postponed;
CREATE TABLE postponed (report TEXT, reason TEXT, tries INTEGER);

DROP TABLE IF EXISTS bookings;
CREATE TABLE bookings (number INTEGER PRIMARY KEY, traveller TEXT, part TEXT, price REAL, status TEXT);

DROP TABLE IF EXISTS recommended;
CREATE TABLE recommended (product INTEGER PRIMARY KEY, items TEXT);
INSERT INTO recommended VALUES (7, '["Cushion"]');

DROP TABLE IF EXISTS people;
CREATE TABLE people (list TEXT, number INTEGER, name TEXT, PRIMARY KEY (list, number));
INSERT INTO people VALUES ('March', 1, 'Ada'), ('March', 2, 'Grace'), ('March', 3, 'Edsger'), ('March', 4, 'Barbara');
DROP TABLE IF EXISTS places;
CREATE TABLE places (name TEXT PRIMARY KEY, position INTEGER);
INSERT INTO places VALUES ('March', 4);

DROP TABLE IF EXISTS error_figures;
CREATE TABLE error_figures (hour TEXT, service TEXT, errors INTEGER, PRIMARY KEY (hour, service));

DROP TABLE IF EXISTS members;
CREATE TABLE members (email TEXT PRIMARY KEY, name TEXT, approved_by TEXT);
INSERT INTO members VALUES ('grace@example.com', 'Grace Hopper', 'nobody');

DROP TABLE IF EXISTS levels;
CREATE TABLE levels (service TEXT PRIMARY KEY, level TEXT);
INSERT INTO levels VALUES ('search', 'critical');
