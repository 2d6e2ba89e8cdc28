-- Fails if a certificate was reissued. Named reviewers and earlier gradings are lost; a revocation is written over the
-- acceptance again.
PRAGMA defer_foreign_keys = ON;

DROP TABLE certification_reviewers;
DROP TABLE lesson_gradings;
ALTER TABLE lessons DROP COLUMN distinct_reason;

CREATE TABLE certifications_before AS SELECT * FROM certifications;
DROP TABLE certifications;
CREATE TABLE certifications (
    id TEXT PRIMARY KEY NOT NULL,
    lesson_id TEXT NOT NULL REFERENCES lessons (id),
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- The grade at the time of the application, which alone decides the award.
    grade TEXT NOT NULL CHECK (grade IN ('qualified', 'good', 'excellent')),
    status TEXT NOT NULL CHECK (status IN ('applied', 'accepted', 'rejected', 'superseded', 'revoked')),
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
    issued_on TEXT,
    applied_by TEXT NOT NULL REFERENCES users (id),
    decided_by TEXT REFERENCES users (id),
    decided_at TEXT,
    decision_reason TEXT,
    superseded_by TEXT REFERENCES certifications (id),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (number_prefix, number_year, award, number_sequence),
    CHECK (status NOT IN ('accepted', 'superseded', 'revoked') OR (award IS NOT NULL AND number IS NOT NULL AND issued_on IS NOT NULL)),
    CHECK (award IS NULL OR (grade = 'qualified' AND award = 'standard') OR (grade = 'good' AND award = 'quality') OR (grade = 'excellent' AND award = 'demonstration'))
) STRICT;
INSERT INTO certifications
SELECT id, lesson_id, teacher_id, organization_id, grade, status, award, number, number_prefix, number_year,
    number_sequence, teacher_name, school_name, lesson_title, lesson_subject, issued_on, applied_by,
    CASE WHEN status = 'revoked' THEN revoked_by ELSE decided_by END,
    CASE WHEN status = 'revoked' THEN revoked_at ELSE decided_at END,
    CASE WHEN status = 'revoked' THEN revocation_reason ELSE decision_reason END,
    superseded_by, version, created_at, updated_at
FROM certifications_before;
DROP TABLE certifications_before;
CREATE UNIQUE INDEX certifications_live ON certifications (lesson_id) WHERE status = 'applied';
CREATE UNIQUE INDEX certifications_accepted ON certifications (lesson_id) WHERE status = 'accepted';
CREATE INDEX certifications_teacher ON certifications (teacher_id);
CREATE INDEX certifications_organization ON certifications (organization_id);
CREATE INDEX certifications_status ON certifications (status, id);
CREATE INDEX certifications_number_compact ON certifications (upper(replace(number, '-', '')));
