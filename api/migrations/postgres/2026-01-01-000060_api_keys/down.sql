DROP INDEX hour_records_ended;
DROP TABLE api_key_secrets;
DROP TABLE api_keys;
-- The service accounts stay, because records and the audit log refer to them; they have no known password.
UPDATE users SET disabled = true WHERE service = true;
ALTER TABLE users DROP COLUMN service;
