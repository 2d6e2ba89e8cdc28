-- Texts keep their normal form.
DROP INDEX IF EXISTS organizations_code_folded;
DROP INDEX IF EXISTS organizations_code_folded_rest;
DROP INDEX IF EXISTS organizations_code_lookup;
DROP INDEX IF EXISTS teachers_teacher_no_folded;
DROP INDEX IF EXISTS teachers_teacher_no_folded_rest;
DROP INDEX IF EXISTS teachers_teacher_no_lookup;
DROP INDEX certifications_number_compact;
DROP INDEX users_sort_key;
ALTER TABLE users DROP COLUMN sort_key;
DROP INDEX teachers_sort_key;
ALTER TABLE teachers DROP COLUMN sort_key;
DROP TABLE data_migrations;
