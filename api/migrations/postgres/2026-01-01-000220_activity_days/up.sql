-- Activities are planned, held or cancelled, concern some schools, are marked day by day and name who delivered them.
-- Participants have a first and a last day. Projects and activities serve a dimension 三修.
ALTER TABLE projects ADD COLUMN dimension text CHECK (dimension IN ('ethics', 'knowledge', 'skill'));
ALTER TABLE activities ADD COLUMN status text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'held', 'cancelled'));
ALTER TABLE activities ADD COLUMN status_reason text CHECK (status <> 'cancelled' OR status_reason IS NOT NULL);
ALTER TABLE activities ADD COLUMN dimension text CHECK (dimension IN ('ethics', 'knowledge', 'skill'));
UPDATE activities SET status = 'held'
WHERE held_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND EXISTS (SELECT 1 FROM attendance WHERE activity_id = activities.id);

-- Without rows, an activity concerns all participants.
CREATE TABLE activity_organizations (
    activity_id uuid NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    PRIMARY KEY (activity_id, organization_id)
);
CREATE INDEX activity_organizations_organization ON activity_organizations (organization_id);

CREATE TABLE activity_deliverers (
    activity_id uuid NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
    teacher_id uuid NOT NULL REFERENCES teachers (id),
    PRIMARY KEY (activity_id, teacher_id)
);
CREATE INDEX activity_deliverers_teacher ON activity_deliverers (teacher_id);

-- Who was in the team has delivered what was held until they left it, as completing a phase granted so far.
INSERT INTO activity_deliverers (activity_id, teacher_id)
SELECT DISTINCT activities.id, team_members.teacher_id
FROM activities
JOIN projects ON projects.id = activities.project_id
JOIN team_members ON team_members.team_id = projects.team_id
WHERE team_members.teacher_id IS NOT NULL AND activities.status = 'held'
    AND activities.held_on BETWEEN team_members.joined_on AND coalesce(team_members.left_on, activities.held_on);

ALTER TABLE attendance ADD COLUMN day date;
UPDATE attendance SET day = activities.held_on FROM activities WHERE activities.id = attendance.activity_id;
ALTER TABLE attendance ALTER COLUMN day SET NOT NULL;
ALTER TABLE attendance DROP CONSTRAINT attendance_activity_id_enrollment_id_key;
ALTER TABLE attendance ADD CONSTRAINT attendance_activity_id_enrollment_id_day_key UNIQUE (activity_id, enrollment_id, day);
-- One mark stood for all days of an activity.
INSERT INTO attendance (id, activity_id, enrollment_id, day, status, note, recorded_by, recorded_at)
SELECT gen_random_uuid(), activity_id, enrollment_id, day + number, attendance.status, note, recorded_by, recorded_at
FROM attendance JOIN activities ON activities.id = activity_id, generate_series(1, activities.days - 1) AS number;

-- The first and the last day that concern a participant. Who is admitted by the project's first day is concerned by
-- everything in it.
ALTER TABLE enrollments ADD COLUMN admitted_on date;
ALTER TABLE enrollments ADD COLUMN left_on date;
ALTER TABLE enrollments DROP CONSTRAINT enrollments_status_check;
ALTER TABLE enrollments ADD CONSTRAINT enrollments_status_check CHECK (status IN ('nominated', 'announced', 'reviewed', 'admitted', 'rejected', 'completed', 'not_completed', 'withdrawn', 'disqualified', 'cancelled'));

-- From the day of admission, or from the first mark if it was entered late; from the project's first day if nobody
-- was marked before.
UPDATE enrollments
SET admitted_on = least(
    CASE
        WHEN EXISTS (
            SELECT 1 FROM attendance JOIN activities ON activities.id = attendance.activity_id
            WHERE activities.project_id = enrollments.project_id AND attendance.recorded_at < enrollments.reviewed_at
        ) THEN (reviewed_at + interval '8 hours')::date
        ELSE (SELECT starts_on FROM projects WHERE projects.id = enrollments.project_id)
    END,
    (SELECT min(day) FROM attendance WHERE enrollment_id = enrollments.id)
)
WHERE status IN ('admitted', 'completed', 'disqualified') AND reviewed_at IS NOT NULL
    OR EXISTS (SELECT 1 FROM attendance WHERE enrollment_id = enrollments.id);
UPDATE enrollments SET left_on = (updated_at + interval '8 hours')::date
WHERE status IN ('withdrawn', 'disqualified') AND admitted_on IS NOT NULL;
