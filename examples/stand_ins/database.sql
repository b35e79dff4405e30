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
  ('rates', '{"currency": "USD", "rate": 1.05}', datetime('now', '-1 hours'));

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
