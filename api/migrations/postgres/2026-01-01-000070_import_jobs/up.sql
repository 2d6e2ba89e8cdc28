-- Asynchronous imports 导入, and further columns of their reports.
ALTER TABLE imports ADD COLUMN file_name text;
ALTER TABLE imports ADD COLUMN format text NOT NULL DEFAULT 'csv';
-- The options of the import as JSON, because a job starts again after a restart.
ALTER TABLE imports ADD COLUMN options text NOT NULL DEFAULT '{}';
ALTER TABLE imports ADD COLUMN errors_total integer NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN unknown_columns text NOT NULL DEFAULT '[]';
ALTER TABLE imports ADD COLUMN message text;
ALTER TABLE imports ADD COLUMN finished_at timestamp;
UPDATE imports SET finished_at = created_at;
CREATE INDEX imports_queued ON imports (id) WHERE status = 'queued';

-- The failed rows as they were sent, with the reasons, for correction.
CREATE TABLE import_failed_rows (
    import_id uuid PRIMARY KEY NOT NULL REFERENCES imports (id),
    csv text NOT NULL
);

-- Finds the records of other sources for a teacher's year without those of one source.
DROP INDEX hour_records_teacher;
CREATE INDEX hour_records_teacher ON hour_records (teacher_id, training_year, status, source);
