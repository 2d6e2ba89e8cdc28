-- What a code asks is fixed when it is issued. Failures belong to the user and outlive a code: sign_in_attempts.
ALTER TABLE activation_codes ADD COLUMN asks_id_number INTEGER NOT NULL DEFAULT 0;
UPDATE activation_codes SET asks_id_number = 1 WHERE user_id IN (
    SELECT users.id FROM users JOIN teachers ON teachers.id = users.teacher_id WHERE teachers.id_number_sealed IS NOT NULL
);
ALTER TABLE activation_codes DROP COLUMN failures;
-- A used code is told from a guessed one.
ALTER TABLE activation_codes ADD COLUMN used_at TEXT;
