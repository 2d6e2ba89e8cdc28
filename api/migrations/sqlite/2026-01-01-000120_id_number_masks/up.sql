-- Masks show the last two characters of an ID number only.
UPDATE teachers SET id_number_mask = '****************' || substr(id_number_mask, -2) WHERE id_number_mask IS NOT NULL;

-- Several teachers may have the same number until a person decides: a refusal would confirm it. SQLite cannot drop the
-- constraint of a column, so the values move to a new one.
ALTER TABLE teachers RENAME COLUMN id_number_hmac TO former_id_number_hmac;
ALTER TABLE teachers ADD COLUMN id_number_hmac TEXT;
UPDATE teachers SET id_number_hmac = former_id_number_hmac, former_id_number_hmac = NULL
WHERE former_id_number_hmac IS NOT NULL;
CREATE INDEX teachers_id_number ON teachers (id_number_hmac) WHERE id_number_hmac IS NOT NULL;

-- Old masks in the answers that are kept for repeated requests.
DELETE FROM idempotency_keys WHERE body LIKE '%***********%';
