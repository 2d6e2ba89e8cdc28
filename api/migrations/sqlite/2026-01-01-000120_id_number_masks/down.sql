-- The characters that a mask hides are not restored, and of several teachers with one number only the first keeps it.
DROP INDEX teachers_id_number;
UPDATE teachers SET id_number_sealed = NULL, id_number_mask = NULL, id_number_hmac = NULL
WHERE EXISTS (
    SELECT 1 FROM teachers AS earlier
    WHERE earlier.id_number_hmac = teachers.id_number_hmac AND earlier.id < teachers.id
);
UPDATE teachers SET former_id_number_hmac = id_number_hmac;
ALTER TABLE teachers DROP COLUMN id_number_hmac;
ALTER TABLE teachers RENAME COLUMN former_id_number_hmac TO id_number_hmac;
