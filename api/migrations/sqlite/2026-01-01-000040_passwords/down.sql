DROP TABLE former_passwords;
ALTER TABLE users DROP COLUMN password_set_at;
