-- Fails if live records of two organizations have the same external id.
DROP INDEX hour_records_source_key;
CREATE UNIQUE INDEX hour_records_source_key ON hour_records (source, source_key) WHERE status IN ('pending', 'recognized');
ALTER TABLE hour_records DROP COLUMN key_space;
ALTER TABLE api_keys DROP COLUMN source_id;
DROP TABLE sources;
