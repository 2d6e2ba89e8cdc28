DROP INDEX hour_records_ended;
DROP TABLE api_key_secrets;
DROP TABLE api_keys;
-- Their accounts stay, since records and the audit log name them; nobody knows a password of theirs.
UPDATE users SET disabled = true WHERE service = true;
ALTER TABLE users DROP COLUMN service;
