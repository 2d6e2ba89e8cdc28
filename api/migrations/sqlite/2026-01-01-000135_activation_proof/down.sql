DELETE FROM activation_codes WHERE used_at IS NOT NULL;
ALTER TABLE activation_codes DROP COLUMN used_at;
ALTER TABLE activation_codes ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE activation_codes DROP COLUMN asks_id_number;
