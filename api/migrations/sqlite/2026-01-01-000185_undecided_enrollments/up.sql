-- What is undecided when a project ends is closed with it, as `cancelled` 已取消.
PRAGMA defer_foreign_keys = ON;

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
SELECT id, project_id, teacher_id, organization_id, status, reason, replaces_id, nominated_by, reviewed_by,
    reviewed_at, version, created_at, updated_at
FROM enrollments_before;
DROP TABLE enrollments_before;
CREATE INDEX enrollments_project ON enrollments (project_id, status);
CREATE INDEX enrollments_teacher ON enrollments (teacher_id, status);
CREATE INDEX enrollments_organization ON enrollments (organization_id);

-- Those of projects that have ended already. An empty outbox is filled by the program.
INSERT INTO outbox (last_seq, first_seq, type, at, path, ids)
SELECT head + number, head + number, 'enrollment.updated', strftime('%Y-%m-%d %H:%M:%f000', 'now'), NULL,
    unhex(replace(id, '-', ''))
FROM (
    SELECT enrollments.id, row_number() OVER (ORDER BY enrollments.id) AS number,
        (SELECT max(last_seq) FROM outbox) AS head
    FROM enrollments JOIN projects ON projects.id = enrollments.project_id
    WHERE enrollments.status IN ('nominated', 'announced', 'reviewed')
        AND projects.status IN ('completed', 'archived', 'cancelled')
)
WHERE head > 0;
UPDATE enrollments
SET status = 'cancelled', reason = '项目已结束', version = version + 1,
    updated_at = strftime('%Y-%m-%d %H:%M:%f000', 'now')
WHERE status IN ('nominated', 'announced', 'reviewed')
    AND project_id IN (SELECT id FROM projects WHERE status IN ('completed', 'archived', 'cancelled'));
