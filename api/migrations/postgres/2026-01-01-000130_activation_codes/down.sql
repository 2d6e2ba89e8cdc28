ALTER TABLE users DROP COLUMN notice_accepted_at;
ALTER TABLE users DROP COLUMN notice_version;
DROP TABLE activation_codes;
