-- What was mended in projects: phases and projects reopened, marks corrected after hours were issued.
CREATE TABLE project_mendings (
    id uuid PRIMARY KEY NOT NULL,
    project_id uuid NOT NULL REFERENCES projects (id),
    phase_id uuid REFERENCES phases (id),
    enrollment_id uuid REFERENCES enrollments (id),
    kind text NOT NULL CHECK (kind IN ('reopen_project', 'reopen_phase', 'correct_mark', 'end_service')),
    reason text NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamp NOT NULL
);
CREATE INDEX project_mendings_project ON project_mendings (project_id, id);

-- The hour records that a project's own decision ended, and the mending after which they are issued anew. What a person
-- ended is not listed and stays so.
CREATE TABLE project_endings (
    hour_record_id uuid PRIMARY KEY NOT NULL REFERENCES hour_records (id),
    mending_id uuid REFERENCES project_mendings (id)
);
CREATE INDEX project_endings_mending ON project_endings (mending_id);

ALTER TABLE projects ADD COLUMN settled_at timestamp;
