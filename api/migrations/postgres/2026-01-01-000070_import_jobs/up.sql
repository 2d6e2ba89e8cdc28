-- 导入 that are taken for later and go on by themselves, and what a report says besides.
ALTER TABLE imports ADD COLUMN file_name text;
ALTER TABLE imports ADD COLUMN format text NOT NULL DEFAULT 'csv';
-- How the file is to be taken, as JSON: a job is carried out anew after a restart.
ALTER TABLE imports ADD COLUMN options text NOT NULL DEFAULT '{}';
ALTER TABLE imports ADD COLUMN errors_total integer NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN unknown_columns text NOT NULL DEFAULT '[]';
ALTER TABLE imports ADD COLUMN message text;
ALTER TABLE imports ADD COLUMN finished_at timestamp;
UPDATE imports SET finished_at = created_at;
CREATE INDEX imports_queued ON imports (id) WHERE status = 'queued';

-- The rows at fault as they were sent, with the reasons beside, ready to be mended.
CREATE TABLE import_failed_rows (
    import_id uuid PRIMARY KEY NOT NULL REFERENCES imports (id),
    csv text NOT NULL
);

-- What other sources tell of a teacher's year is found without what this one told.
DROP INDEX hour_records_teacher;
CREATE INDEX hour_records_teacher ON hour_records (teacher_id, training_year, status, source);
