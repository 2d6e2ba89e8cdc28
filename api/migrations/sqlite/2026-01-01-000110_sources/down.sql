-- Fails if live records of two organizations have the same external id.
DROP INDEX hour_records_source_key;
CREATE UNIQUE INDEX hour_records_source_key ON hour_records (source, source_key) WHERE status IN ('pending', 'recognized');
DROP TRIGGER hour_records_no_edit;
CREATE TRIGGER hour_records_no_edit BEFORE UPDATE OF id, teacher_id, organization_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, duplicate_of, created_by, created_at ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
ALTER TABLE hour_records DROP COLUMN key_space;
DROP INDEX api_keys_source;
ALTER TABLE api_keys DROP COLUMN source_id;
DROP TABLE sources;
