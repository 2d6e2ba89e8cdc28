-- Activities are planned, held or cancelled, concern some schools, are marked day by day and name who delivered them.
-- Participants have a first and a last day. Projects and activities serve a dimension 三修.
PRAGMA defer_foreign_keys = ON;

ALTER TABLE projects ADD COLUMN dimension TEXT CHECK (dimension IN ('ethics', 'knowledge', 'skill'));
ALTER TABLE activities ADD COLUMN status TEXT NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'held', 'cancelled'));
ALTER TABLE activities ADD COLUMN status_reason TEXT CHECK (status <> 'cancelled' OR status_reason IS NOT NULL);
ALTER TABLE activities ADD COLUMN dimension TEXT CHECK (dimension IN ('ethics', 'knowledge', 'skill'));
UPDATE activities SET status = 'held'
WHERE held_on <= date('now', '+8 hours') AND EXISTS (SELECT 1 FROM attendance WHERE activity_id = activities.id);

-- Without rows, an activity concerns all participants.
CREATE TABLE activity_organizations (
    activity_id TEXT NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    PRIMARY KEY (activity_id, organization_id)
) STRICT;
CREATE INDEX activity_organizations_organization ON activity_organizations (organization_id);

CREATE TABLE activity_deliverers (
    activity_id TEXT NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    PRIMARY KEY (activity_id, teacher_id)
) STRICT;
CREATE INDEX activity_deliverers_teacher ON activity_deliverers (teacher_id);

-- Who was in the team has delivered what was held until they left it, as completing a phase granted so far.
INSERT INTO activity_deliverers (activity_id, teacher_id)
SELECT DISTINCT activities.id, team_members.teacher_id
FROM activities
JOIN projects ON projects.id = activities.project_id
JOIN team_members ON team_members.team_id = projects.team_id
WHERE team_members.teacher_id IS NOT NULL AND activities.status = 'held'
    AND activities.held_on BETWEEN team_members.joined_on AND coalesce(team_members.left_on, activities.held_on);

CREATE TABLE attendance_before AS SELECT * FROM attendance;
DROP TABLE attendance;
CREATE TABLE attendance (
    id TEXT PRIMARY KEY NOT NULL,
    activity_id TEXT NOT NULL REFERENCES activities (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    -- A day of the activity.
    day TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('present', 'late', 'left_early', 'leave', 'absent')),
    note TEXT,
    recorded_by TEXT NOT NULL REFERENCES users (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (activity_id, enrollment_id, day)
) STRICT;
INSERT INTO attendance
SELECT attendance_before.id, activity_id, enrollment_id, activities.held_on, attendance_before.status, note, recorded_by,
    recorded_at
FROM attendance_before JOIN activities ON activities.id = activity_id;
-- One mark stood for all days of an activity.
WITH RECURSIVE later (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM later WHERE number < 59)
INSERT INTO attendance
SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8'
        || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    activity_id, enrollment_id, date(activities.held_on, '+' || number || ' days'), attendance_before.status, note,
    recorded_by, recorded_at
FROM attendance_before JOIN activities ON activities.id = activity_id JOIN later ON number < activities.days;
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
    status TEXT NOT NULL CHECK (status IN ('nominated', 'announced', 'reviewed', 'admitted', 'rejected', 'completed', 'not_completed', 'withdrawn', 'disqualified', 'cancelled')),
    reason TEXT,
    replaces_id TEXT REFERENCES enrollments (id),
    nominated_by TEXT NOT NULL REFERENCES users (id),
    reviewed_by TEXT REFERENCES users (id),
    reviewed_at TEXT,
    -- The first and the last day that concern a participant. Who is admitted by the project's first day is concerned by
    -- everything in it.
    admitted_on TEXT,
    left_on TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (project_id, teacher_id)
) STRICT;
INSERT INTO enrollments
SELECT id, project_id, teacher_id, organization_id, status, reason, replaces_id, nominated_by, reviewed_by,
    reviewed_at, NULL, NULL, version, created_at, updated_at
FROM enrollments_before;
DROP TABLE enrollments_before;
CREATE INDEX enrollments_project ON enrollments (project_id, status);
CREATE INDEX enrollments_teacher ON enrollments (teacher_id, status);
CREATE INDEX enrollments_organization ON enrollments (organization_id);

-- From the day of admission, or from the first mark if it was entered late; from the project's first day if nobody
-- was marked before.
UPDATE enrollments
SET admitted_on = min(
    CASE
        WHEN EXISTS (
            SELECT 1 FROM attendance JOIN activities ON activities.id = attendance.activity_id
            WHERE activities.project_id = enrollments.project_id AND attendance.recorded_at < enrollments.reviewed_at
        ) THEN date(reviewed_at, '+8 hours')
        ELSE (SELECT starts_on FROM projects WHERE projects.id = enrollments.project_id)
    END,
    coalesce((SELECT min(day) FROM attendance WHERE enrollment_id = enrollments.id), '9999-12-31')
)
WHERE status IN ('admitted', 'completed', 'disqualified') AND reviewed_at IS NOT NULL
    OR EXISTS (SELECT 1 FROM attendance WHERE enrollment_id = enrollments.id);
UPDATE enrollments SET left_on = date(updated_at, '+8 hours')
WHERE status IN ('withdrawn', 'disqualified') AND admitted_on IS NOT NULL;
