-- What was closed with its project becomes a rejection; the reason tells it apart.
PRAGMA defer_foreign_keys = ON;

CREATE TABLE enrollments_before AS SELECT * FROM enrollments;
DROP TABLE enrollments;
CREATE TABLE enrollments (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    status TEXT NOT NULL CHECK (status IN ('nominated', 'announced', 'reviewed', 'admitted', 'rejected', 'completed', 'withdrawn', 'disqualified')),
    reason TEXT,
    replaces_id TEXT REFERENCES enrollments (id),
    nominated_by TEXT NOT NULL REFERENCES users (id),
    reviewed_by TEXT REFERENCES users (id),
    reviewed_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (project_id, teacher_id)
) STRICT;
INSERT INTO enrollments
SELECT id, project_id, teacher_id, organization_id, replace(status, 'cancelled', 'rejected'), reason, replaces_id,
    nominated_by, reviewed_by, reviewed_at, version, created_at, updated_at
FROM enrollments_before;
DROP TABLE enrollments_before;
CREATE INDEX enrollments_project ON enrollments (project_id, status);
CREATE INDEX enrollments_teacher ON enrollments (teacher_id, status);
CREATE INDEX enrollments_organization ON enrollments (organization_id);
