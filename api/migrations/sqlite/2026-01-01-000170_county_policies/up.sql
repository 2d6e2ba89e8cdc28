-- Policies by county with their two times; certificate numbers by prefix; the dimension 三修 of hour records.
PRAGMA defer_foreign_keys = ON;

CREATE TABLE policies_by_county (
    id TEXT PRIMARY KEY NOT NULL,
    -- A bureau; the policy holds for it and all below it. The root's is the default.
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    effective_from TEXT NOT NULL,
    annual_hours INTEGER NOT NULL CHECK (annual_hours > 0),
    cycle_hours INTEGER NOT NULL CHECK (cycle_hours > 0),
    -- The calendar: of the root's policies alone.
    cycle_years INTEGER CHECK (cycle_years BETWEEN 1 AND 10),
    cycle_first_year INTEGER,
    -- MM-DD
    year_starts_on TEXT,
    month_basis TEXT CHECK (month_basis IN ('elapsed', 'calendar')),
    absence_limit_numerator INTEGER NOT NULL CHECK (absence_limit_numerator >= 0),
    absence_limit_denominator INTEGER NOT NULL CHECK (absence_limit_denominator > 0),
    leave_counts_as_missed INTEGER NOT NULL,
    elimination_percent INTEGER NOT NULL CHECK (elimination_percent BETWEEN 0 AND 100),
    publicity_days INTEGER NOT NULL CHECK (publicity_days >= 0),
    look_back_years INTEGER NOT NULL CHECK (look_back_years >= 0),
    visits_per_year INTEGER NOT NULL CHECK (visits_per_year >= 0),
    days_per_visit INTEGER NOT NULL CHECK (days_per_visit >= 0),
    hours_per_day INTEGER NOT NULL CHECK (hours_per_day > 0),
    -- JSON: hours by tier, by dimension, by mode.
    tier_caps TEXT NOT NULL,
    dimension_minimums TEXT NOT NULL,
    hours_per_credit TEXT NOT NULL,
    own_team_reviewers INTEGER NOT NULL CHECK (own_team_reviewers >= 0),
    reviews_required INTEGER NOT NULL CHECK (reviews_required >= 2),
    -- Without one, a county's certificates are numbered in the root's series.
    certificate_prefix TEXT,
    note TEXT,
    created_by TEXT REFERENCES users (id),
    recorded_at TEXT NOT NULL,
    -- When the policy was withdrawn before it came into force, or replaced by one of the same day.
    retired_at TEXT,
    retired_by TEXT REFERENCES users (id),
    replaced_by TEXT REFERENCES policies (id),
    CHECK ((cycle_years IS NULL) = (cycle_first_year IS NULL)
        AND (cycle_years IS NULL) = (year_starts_on IS NULL)
        AND (cycle_years IS NULL) = (month_basis IS NULL)),
    CHECK (retired_at IS NOT NULL OR replaced_by IS NULL)
) STRICT;
INSERT INTO policies_by_county
SELECT id, (SELECT id FROM organizations WHERE parent_id IS NULL), effective_from, annual_hours, cycle_hours,
    cycle_years, cycle_first_year, printf('%02d-01', year_starts_month), 'calendar', absence_limit_numerator,
    absence_limit_denominator, 1, elimination_percent, publicity_days, 1, visits_per_year, days_per_visit, 800, '{}',
    '{}', '{}', 0, reviews_required, certificate_prefix, note, created_by, created_at, NULL, NULL, NULL
FROM policies;
DROP TABLE policies;
ALTER TABLE policies_by_county RENAME TO policies;
CREATE UNIQUE INDEX policies_effective_from ON policies (organization_id, effective_from) WHERE retired_at IS NULL;

-- The numbers of a year and award are unique under a prefix. A number ends with its year, sign and sequence.
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
SELECT id, lesson_id, teacher_id, organization_id, grade, status, award, number,
    substr(number, 1, length(number) - length(printf('%d-示-%04d', number_year, number_sequence))), number_year,
    number_sequence, teacher_name, school_name, lesson_title, lesson_subject, issued_on, applied_by, decided_by,
    decided_at, decision_reason, superseded_by, version, created_at, updated_at
FROM certifications_before;
DROP TABLE certifications_before;
-- At most one open application or award in force per lesson.
CREATE UNIQUE INDEX certifications_live ON certifications (lesson_id) WHERE status = 'applied';
CREATE UNIQUE INDEX certifications_accepted ON certifications (lesson_id) WHERE status = 'accepted';
CREATE INDEX certifications_teacher ON certifications (teacher_id);
CREATE INDEX certifications_organization ON certifications (organization_id);
CREATE INDEX certifications_status ON certifications (status, id);
CREATE INDEX certifications_number_compact ON certifications (upper(replace(number, '-', '')));

-- The last number issued per prefix, year and award. Locking the row keeps the numbers free of gaps.
DROP TABLE certificate_counters;
CREATE TABLE certificate_counters (
    prefix TEXT NOT NULL,
    number_year INTEGER NOT NULL,
    award TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    PRIMARY KEY (prefix, number_year, award)
) STRICT;
INSERT INTO certificate_counters
SELECT number_prefix, number_year, award, max(number_sequence) FROM certifications
WHERE number IS NOT NULL GROUP BY number_prefix, number_year, award;

-- A record's content is never edited, so neither is its dimension.
ALTER TABLE hour_records ADD COLUMN dimension TEXT CHECK (dimension IN ('ethics', 'knowledge', 'skill'));
CREATE TRIGGER hour_records_dimension_no_edit BEFORE UPDATE OF dimension ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
