-- Independent reviewers, reissued and restored certificates, and why two lessons of one title are two.
PRAGMA defer_foreign_keys = ON;

-- Every grading, with the team of the lesson's project on that day: those who graded do not review.
CREATE TABLE lesson_gradings (
    lesson_id TEXT NOT NULL REFERENCES lessons (id),
    graded_at TEXT NOT NULL,
    -- The day in the county.
    graded_on TEXT NOT NULL,
    graded_by TEXT NOT NULL REFERENCES users (id),
    grade TEXT NOT NULL CHECK (grade IN ('qualified', 'good', 'excellent')),
    team_id TEXT REFERENCES teams (id),
    PRIMARY KEY (lesson_id, graded_at)
) STRICT;
INSERT INTO lesson_gradings
SELECT lessons.id, lessons.graded_at, date(lessons.graded_at, '+8 hours'), lessons.graded_by, lessons.grade,
    projects.team_id
FROM lessons LEFT JOIN projects ON projects.id = lessons.project_id
WHERE lessons.grade IS NOT NULL AND lessons.graded_by IS NOT NULL AND lessons.graded_at IS NOT NULL;
-- Earlier gradings, as far as the audit log reaches.
INSERT OR IGNORE INTO lesson_gradings
SELECT lessons.id, audit_log.at, date(audit_log.at, '+8 hours'), audit_log.user_id,
    json_extract(audit_log.after, '$.grade'), projects.team_id
FROM audit_log
JOIN lessons ON lessons.id = audit_log.entity_id
JOIN users ON users.id = audit_log.user_id
LEFT JOIN projects ON projects.id = lessons.project_id
WHERE audit_log.entity = 'lesson' AND audit_log.action = 'grade'
    AND json_extract(audit_log.after, '$.grade') IN ('qualified', 'good', 'excellent');

ALTER TABLE lessons ADD COLUMN distinct_reason TEXT;

CREATE TABLE certifications_before AS SELECT * FROM certifications;
DROP TABLE certifications;
CREATE TABLE certifications (
    id TEXT PRIMARY KEY NOT NULL,
    lesson_id TEXT NOT NULL REFERENCES lessons (id),
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- The grade at the time of the application, which alone decides the award.
    grade TEXT NOT NULL CHECK (grade IN ('qualified', 'good', 'excellent')),
    status TEXT NOT NULL CHECK (status IN ('applied', 'accepted', 'rejected', 'superseded', 'reissued', 'revoked')),
    award TEXT CHECK (award IN ('standard', 'quality', 'demonstration')),
    number TEXT UNIQUE,
    number_prefix TEXT,
    number_year INTEGER,
    number_sequence INTEGER,
    -- The content of the certificate on the day of issue.
    teacher_name TEXT NOT NULL,
    school_name TEXT NOT NULL,
    lesson_title TEXT NOT NULL,
    lesson_subject TEXT NOT NULL,
    -- The day of the acceptance, by which awards are counted. A reissued certificate keeps it.
    awarded_on TEXT,
    issued_on TEXT,
    applied_by TEXT NOT NULL REFERENCES users (id),
    decided_by TEXT REFERENCES users (id),
    decided_at TEXT,
    decision_reason TEXT,
    superseded_by TEXT REFERENCES certifications (id),
    revoked_by TEXT REFERENCES users (id),
    revoked_at TEXT,
    revocation_reason TEXT,
    -- The revoked certification that had superseded this one.
    restored_from TEXT REFERENCES certifications (id),
    -- The certification whose certificate this one replaces.
    reissue_of TEXT REFERENCES certifications (id),
    reissued_by TEXT REFERENCES users (id),
    reissue_reason TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (number_prefix, number_year, award, number_sequence),
    CHECK (status NOT IN ('accepted', 'superseded', 'reissued', 'revoked')
        OR (award IS NOT NULL AND number IS NOT NULL AND issued_on IS NOT NULL AND awarded_on IS NOT NULL)),
    CHECK ((reissue_of IS NULL) = (reissue_reason IS NULL)),
    CHECK (award IS NULL OR (grade = 'qualified' AND award = 'standard') OR (grade = 'good' AND award = 'quality') OR (grade = 'excellent' AND award = 'demonstration'))
) STRICT;
-- A revocation was written over the acceptance, which the audit log still has.
INSERT INTO certifications
SELECT id, lesson_id, teacher_id, organization_id, grade, status, award, number, number_prefix, number_year,
    number_sequence, teacher_name, school_name, lesson_title, lesson_subject, issued_on, issued_on, applied_by,
    CASE WHEN status = 'revoked' THEN (
        SELECT users.id FROM audit_log JOIN users ON users.id = audit_log.user_id
        WHERE entity = 'certification' AND entity_id = certifications_before.id AND action = 'decide'
        ORDER BY seq DESC LIMIT 1) ELSE decided_by END,
    CASE WHEN status = 'revoked' THEN (
        SELECT at FROM audit_log
        WHERE entity = 'certification' AND entity_id = certifications_before.id AND action = 'decide'
        ORDER BY seq DESC LIMIT 1) ELSE decided_at END,
    CASE WHEN status = 'revoked' THEN (
        SELECT json_extract(after, '$.decision_reason') FROM audit_log
        WHERE entity = 'certification' AND entity_id = certifications_before.id AND action = 'decide'
        ORDER BY seq DESC LIMIT 1) ELSE decision_reason END,
    superseded_by,
    CASE WHEN status = 'revoked' THEN decided_by END,
    CASE WHEN status = 'revoked' THEN decided_at END,
    CASE WHEN status = 'revoked' THEN decision_reason END,
    NULL, NULL, NULL, NULL, version, created_at, updated_at
FROM certifications_before;
DROP TABLE certifications_before;
-- At most one open application or award in force per lesson.
CREATE UNIQUE INDEX certifications_live ON certifications (lesson_id) WHERE status = 'applied';
CREATE UNIQUE INDEX certifications_accepted ON certifications (lesson_id) WHERE status = 'accepted';
CREATE UNIQUE INDEX certifications_reissue_of ON certifications (reissue_of) WHERE reissue_of IS NOT NULL;
CREATE INDEX certifications_superseded_by ON certifications (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX certifications_teacher ON certifications (teacher_id);
CREATE INDEX certifications_organization ON certifications (organization_id);
CREATE INDEX certifications_status ON certifications (status, id);
CREATE INDEX certifications_number_compact ON certifications (upper(replace(number, '-', '')));

-- The reviewers whom somebody named. One of the lesson's own team is admitted with a reason.
CREATE TABLE certification_reviewers (
    certification_id TEXT NOT NULL REFERENCES certifications (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    admission_reason TEXT,
    named_by TEXT NOT NULL REFERENCES users (id),
    named_at TEXT NOT NULL,
    PRIMARY KEY (certification_id, user_id)
) STRICT;
CREATE INDEX certification_reviewers_user ON certification_reviewers (user_id);
