-- The mark of an activity's first day stands for all its days again.
PRAGMA defer_foreign_keys = ON;

CREATE TABLE attendance_before AS SELECT * FROM attendance;
DROP TABLE attendance;
CREATE TABLE attendance (
    id TEXT PRIMARY KEY NOT NULL,
    activity_id TEXT NOT NULL REFERENCES activities (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    status TEXT NOT NULL CHECK (status IN ('present', 'late', 'left_early', 'leave', 'absent')),
    note TEXT,
    recorded_by TEXT NOT NULL REFERENCES users (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (activity_id, enrollment_id)
) STRICT;
INSERT INTO attendance
SELECT id, activity_id, enrollment_id, status, note, recorded_by, recorded_at
FROM attendance_before AS mark
WHERE day = (
    SELECT min(day) FROM attendance_before AS other
    WHERE other.activity_id = mark.activity_id AND other.enrollment_id = mark.enrollment_id
);
DROP TABLE attendance_before;
CREATE INDEX attendance_enrollment ON attendance (enrollment_id);

CREATE TABLE enrollments_before AS SELECT * FROM enrollments;
DROP TABLE enrollments;
CREATE TABLE enrollments (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    -- The school that nominated the teacher last, where they served at the time.
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    status TEXT NOT NULL CHECK (status IN ('nominated', 'announced', 'reviewed', 'admitted', 'rejected', 'completed', 'withdrawn', 'disqualified', 'cancelled')),
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
SELECT id, project_id, teacher_id, organization_id, replace(status, 'not_completed', 'completed'), reason, replaces_id,
    nominated_by, reviewed_by, reviewed_at, version, created_at, updated_at
FROM enrollments_before;
DROP TABLE enrollments_before;
CREATE INDEX enrollments_project ON enrollments (project_id, status);
CREATE INDEX enrollments_teacher ON enrollments (teacher_id, status);
CREATE INDEX enrollments_organization ON enrollments (organization_id);

DROP TABLE activity_deliverers;
DROP TABLE activity_organizations;
ALTER TABLE activities DROP COLUMN dimension;
ALTER TABLE activities DROP COLUMN status_reason;
ALTER TABLE activities DROP COLUMN status;
ALTER TABLE projects DROP COLUMN dimension;
