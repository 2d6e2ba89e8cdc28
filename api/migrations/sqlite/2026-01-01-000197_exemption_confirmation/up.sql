-- Schools report exemptions, the training school confirms them; a reported one reduces nothing. What is there is confirmed.
ALTER TABLE exemptions ADD COLUMN confirmed_at TEXT;
ALTER TABLE exemptions ADD COLUMN confirmed_by TEXT REFERENCES users (id);
UPDATE exemptions SET confirmed_at = created_at, confirmed_by = created_by;
CREATE INDEX exemptions_waiting ON exemptions (teacher_id) WHERE confirmed_at IS NULL AND retired_at IS NULL;
-- Keys that write exemptions go on confirming what they enter.
UPDATE api_keys SET scopes = scopes || ' exemptions.confirm'
WHERE ' ' || scopes || ' ' LIKE '% exemptions.write %';
