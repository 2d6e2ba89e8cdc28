-- Withdrawn and returned records become rejected ones.
PRAGMA defer_foreign_keys = ON;

CREATE TABLE hour_records_before AS SELECT * FROM hour_records;
DROP TABLE hour_records;
CREATE TABLE hour_records (
    id TEXT PRIMARY KEY NOT NULL,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    -- Where the teacher served on ends_on, whose figures count the record.
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    training_year INTEGER NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    hours INTEGER NOT NULL CHECK (hours > 0),
    level TEXT NOT NULL CHECK (level IN ('national', 'provincial', 'municipal', 'county', 'school', 'other')),
    mode TEXT NOT NULL CHECK (mode IN ('full_time_long', 'face_to_face', 'online', 'blended', 'other')),
    title TEXT NOT NULL,
    institution TEXT NOT NULL,
    project_id TEXT REFERENCES projects (id),
    phase_id TEXT REFERENCES phases (id),
    source TEXT NOT NULL,
    external_id TEXT,
    -- The external id, or the natural key without one.
    source_key TEXT NOT NULL,
    -- A live record from another source that seems to be the same training: a person decides.
    duplicate_of TEXT REFERENCES hour_records (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'recognized', 'rejected', 'voided')),
    status_reason TEXT,
    decided_by TEXT REFERENCES users (id),
    decided_at TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    key_space TEXT NOT NULL DEFAULT '',
    hold TEXT CHECK (hold IN ('service_unconfirmed', 'own', 'suspected', 'flagged', 'project_end', 'decision')),
    dimension TEXT CHECK (dimension IN ('ethics', 'knowledge', 'skill')),
    recognized_at TEXT,
    CHECK (ends_on >= starts_on),
    CHECK (status NOT IN ('rejected', 'voided') OR status_reason IS NOT NULL)
) STRICT;
INSERT INTO hour_records (id, teacher_id, organization_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, duplicate_of, status, status_reason, decided_by, decided_at, created_by, created_at, key_space, hold, dimension, recognized_at)
SELECT id, teacher_id, organization_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, duplicate_of,
    CASE WHEN status IN ('withdrawn', 'returned') THEN 'rejected' ELSE status END,
    CASE WHEN status = 'withdrawn' THEN COALESCE(status_reason, '已撤回') ELSE status_reason END, decided_by, decided_at, created_by, created_at, key_space,
    CASE WHEN status <> 'pending' OR hold = 'service_unconfirmed' THEN hold ELSE 'decision' END, dimension, recognized_at
FROM hour_records_before;
DROP TABLE hour_records_before;
CREATE UNIQUE INDEX hour_records_source_key ON hour_records (source, source_key, key_space) WHERE status IN ('pending', 'recognized');
CREATE INDEX hour_records_teacher ON hour_records (teacher_id, training_year, status, source);
CREATE INDEX hour_records_organization ON hour_records (organization_id, training_year);
CREATE INDEX hour_records_project ON hour_records (project_id);
CREATE INDEX hour_records_phase ON hour_records (phase_id);
CREATE INDEX hour_records_waiting ON hour_records (status, id) WHERE status = 'pending';
CREATE INDEX hour_records_year ON hour_records (training_year, id);
CREATE INDEX hour_records_end ON hour_records (ends_on, id);
CREATE INDEX hour_records_ended ON hour_records (source, source_key) WHERE status IN ('rejected', 'voided');
CREATE TRIGGER hour_records_no_edit BEFORE UPDATE OF id, teacher_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, key_space, duplicate_of, created_by, created_at ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
CREATE TRIGGER hour_records_dimension_no_edit BEFORE UPDATE OF dimension ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
CREATE TRIGGER hour_records_recognized_at BEFORE UPDATE OF recognized_at ON hour_records
WHEN NEW.recognized_at IS NOT OLD.recognized_at AND NOT (OLD.status = 'pending' AND NEW.status = 'recognized')
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
CREATE TRIGGER hour_records_status BEFORE UPDATE OF status ON hour_records
WHEN NOT ((OLD.status = 'pending' AND NEW.status IN ('recognized', 'rejected')) OR (OLD.status = 'recognized' AND NEW.status = 'voided'))
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
CREATE TRIGGER hour_records_no_delete BEFORE DELETE ON hour_records BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
ALTER TABLE imports DROP COLUMN take_back_reason;
ALTER TABLE imports DROP COLUMN taken_back_by;
ALTER TABLE imports DROP COLUMN taken_back_at;
ALTER TABLE imports DROP COLUMN held;
ALTER TABLE imports DROP COLUMN rows_decided;
ALTER TABLE imports DROP COLUMN rows_passed_over;
