-- Fails if two prefixes have the same number in a year. The policies of counties, and retired ones, are lost.
PRAGMA defer_foreign_keys = ON;

DROP TRIGGER hour_records_dimension_no_edit;
ALTER TABLE hour_records DROP COLUMN dimension;

DROP TABLE certificate_counters;
CREATE TABLE certificate_counters (
    number_year INTEGER NOT NULL,
    award TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    PRIMARY KEY (number_year, award)
) STRICT;
INSERT INTO certificate_counters
SELECT number_year, award, max(number_sequence) FROM certifications
WHERE number IS NOT NULL GROUP BY number_year, award;

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
    UNIQUE (number_year, award, number_sequence),
    CHECK (status NOT IN ('accepted', 'superseded', 'revoked') OR (award IS NOT NULL AND number IS NOT NULL AND issued_on IS NOT NULL)),
    CHECK (award IS NULL OR (grade = 'qualified' AND award = 'standard') OR (grade = 'good' AND award = 'quality') OR (grade = 'excellent' AND award = 'demonstration'))
) STRICT;
INSERT INTO certifications
SELECT id, lesson_id, teacher_id, organization_id, grade, status, award, number, number_year, number_sequence,
    teacher_name, school_name, lesson_title, lesson_subject, issued_on, applied_by, decided_by, decided_at,
    decision_reason, superseded_by, version, created_at, updated_at
FROM certifications_before;
DROP TABLE certifications_before;
CREATE UNIQUE INDEX certifications_live ON certifications (lesson_id) WHERE status = 'applied';
CREATE UNIQUE INDEX certifications_accepted ON certifications (lesson_id) WHERE status = 'accepted';
CREATE INDEX certifications_number_compact ON certifications (upper(replace(number, '-', '')));
CREATE INDEX certifications_teacher ON certifications (teacher_id);
CREATE INDEX certifications_organization ON certifications (organization_id);
CREATE INDEX certifications_status ON certifications (status, id);

CREATE TABLE policies_of_root (
    id TEXT PRIMARY KEY NOT NULL,
    effective_from TEXT NOT NULL UNIQUE,
    annual_hours INTEGER NOT NULL CHECK (annual_hours > 0),
    cycle_hours INTEGER NOT NULL CHECK (cycle_hours > 0),
    cycle_years INTEGER NOT NULL CHECK (cycle_years BETWEEN 1 AND 10),
    cycle_first_year INTEGER NOT NULL,
    year_starts_month INTEGER NOT NULL CHECK (year_starts_month BETWEEN 1 AND 12),
    absence_limit_numerator INTEGER NOT NULL CHECK (absence_limit_numerator >= 0),
    absence_limit_denominator INTEGER NOT NULL CHECK (absence_limit_denominator > 0),
    elimination_percent INTEGER NOT NULL CHECK (elimination_percent BETWEEN 0 AND 100),
    publicity_days INTEGER NOT NULL CHECK (publicity_days >= 0),
    visits_per_year INTEGER NOT NULL CHECK (visits_per_year >= 0),
    days_per_visit INTEGER NOT NULL CHECK (days_per_visit >= 0),
    reviews_required INTEGER NOT NULL CHECK (reviews_required >= 2),
    certificate_prefix TEXT NOT NULL,
    note TEXT,
    created_by TEXT REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;
INSERT INTO policies_of_root
SELECT id, effective_from, annual_hours, cycle_hours, cycle_years, cycle_first_year,
    CAST(substr(year_starts_on, 1, 2) AS INTEGER), absence_limit_numerator, absence_limit_denominator,
    elimination_percent, publicity_days, visits_per_year, days_per_visit, reviews_required, certificate_prefix, note,
    created_by, recorded_at
FROM policies
WHERE cycle_years IS NOT NULL AND retired_at IS NULL;
DROP TABLE policies;
ALTER TABLE policies_of_root RENAME TO policies;
