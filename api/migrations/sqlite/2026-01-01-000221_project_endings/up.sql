-- What was mended in projects: phases and projects reopened, marks corrected after hours were issued.
CREATE TABLE project_mendings (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    phase_id TEXT REFERENCES phases (id),
    enrollment_id TEXT REFERENCES enrollments (id),
    kind TEXT NOT NULL CHECK (kind IN ('reopen_project', 'reopen_phase', 'correct_mark', 'end_service')),
    reason TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX project_mendings_project ON project_mendings (project_id, id);

-- The hour records that a project's own decision ended, and the mending after which they are issued anew. What a person
-- ended is not listed and stays so.
CREATE TABLE project_endings (
    hour_record_id TEXT PRIMARY KEY NOT NULL REFERENCES hour_records (id),
    mending_id TEXT REFERENCES project_mendings (id)
) STRICT;
CREATE INDEX project_endings_mending ON project_endings (mending_id);

ALTER TABLE projects ADD COLUMN settled_at TEXT;
