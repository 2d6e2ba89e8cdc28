-- When a record was recognised, kept when it is voided: a closing counts what was recognised at its instant.
ALTER TABLE hour_records ADD COLUMN recognized_at TEXT;
UPDATE hour_records SET recognized_at = COALESCE(decided_at, created_at) WHERE status = 'recognized';
CREATE TRIGGER hour_records_recognized_at BEFORE UPDATE OF recognized_at ON hour_records
WHEN NEW.recognized_at IS NOT OLD.recognized_at AND NOT (OLD.status = 'pending' AND NEW.status = 'recognized')
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;

-- Closings of training years, a bureau's each. A reopened one is kept.
CREATE TABLE year_closings (
    id TEXT PRIMARY KEY NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    training_year INTEGER NOT NULL,
    closed_at TEXT NOT NULL,
    closed_by TEXT NOT NULL REFERENCES users (id),
    -- JSON: the kinds of open matters that were waived, with counts and reasons.
    waivers TEXT NOT NULL,
    note TEXT,
    -- SHA-256 of the snapshot, also in the audit log.
    content_hash TEXT NOT NULL,
    reopened_at TEXT,
    reopened_by TEXT REFERENCES users (id),
    reopen_reason TEXT
) STRICT;
CREATE UNIQUE INDEX year_closings_open ON year_closings (organization_id, training_year) WHERE reopened_at IS NULL;
CREATE TRIGGER year_closings_no_edit BEFORE UPDATE OF id, organization_id, training_year, closed_at, closed_by, waivers, note, content_hash ON year_closings
BEGIN SELECT RAISE(ABORT, 'year_closings is append-only'); END;
CREATE TRIGGER year_closings_no_delete BEFORE DELETE ON year_closings BEGIN SELECT RAISE(ABORT, 'year_closings is append-only'); END;

-- The snapshot of a closing: the teachers whose year belonged to the bureau. Hours in hundredths.
CREATE TABLE closed_teacher_years (
    closing_id TEXT NOT NULL REFERENCES year_closings (id),
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- Path and name at the time.
    organization_path TEXT NOT NULL,
    organization_name TEXT NOT NULL,
    required_hours INTEGER NOT NULL,
    recognized_hours INTEGER NOT NULL,
    pending_hours INTEGER NOT NULL,
    counted_hours INTEGER NOT NULL,
    minimum_missed INTEGER NOT NULL CHECK (minimum_missed IN (0, 1)),
    status TEXT NOT NULL,
    PRIMARY KEY (closing_id, teacher_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER closed_teacher_years_no_edit BEFORE UPDATE ON closed_teacher_years
BEGIN SELECT RAISE(ABORT, 'closed_teacher_years is append-only'); END;
CREATE TRIGGER closed_teacher_years_no_delete BEFORE DELETE ON closed_teacher_years
BEGIN SELECT RAISE(ABORT, 'closed_teacher_years is append-only'); END;

-- The closing that froze a teacher's year, with the hours of its snapshot; what the year requires stays in its columns.
ALTER TABLE teacher_years ADD COLUMN closing_id TEXT REFERENCES year_closings (id);
ALTER TABLE teacher_years ADD COLUMN closed_recognized_hours INTEGER;
ALTER TABLE teacher_years ADD COLUMN closed_counted_hours INTEGER;
ALTER TABLE teacher_years ADD COLUMN closed_missed INTEGER CHECK (closed_missed IN (0, 1));
-- Whether the year came to a bureau after the bureau had closed it: no snapshot has it.
ALTER TABLE teacher_years ADD COLUMN after_closing INTEGER NOT NULL DEFAULT 0 CHECK (after_closing IN (0, 1));
CREATE INDEX teacher_years_closing ON teacher_years (closing_id) WHERE closing_id IS NOT NULL;
