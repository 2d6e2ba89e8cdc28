-- Projects with their phases, teams and participants; the hour ledger; lessons and certifications.

CREATE TABLE teams (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    subject TEXT NOT NULL,
    stage TEXT NOT NULL,
    disbanded_on TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (organization_id, name)
) STRICT;
CREATE INDEX teams_name ON teams (name, id);

CREATE TABLE team_members (
    id TEXT PRIMARY KEY NOT NULL,
    team_id TEXT NOT NULL REFERENCES teams (id),
    teacher_id TEXT REFERENCES teachers (id),
    -- Of an external expert, or a copy of the teacher's, for lists.
    name TEXT NOT NULL,
    institution TEXT,
    role TEXT NOT NULL CHECK (role IN ('leader', 'member', 'expert')),
    joined_on TEXT NOT NULL,
    left_on TEXT,
    created_at TEXT NOT NULL,
    CHECK (left_on IS NULL OR left_on >= joined_on)
) STRICT;
CREATE INDEX team_members_team ON team_members (team_id);
CREATE INDEX team_members_teacher ON team_members (teacher_id);
CREATE UNIQUE INDEX team_members_present ON team_members (team_id, teacher_id) WHERE left_on IS NULL;

CREATE TABLE projects (
    id TEXT PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('send_teaching', 'workshop', 'school_based', 'principal', 'visiting', 'online')),
    training_year INTEGER NOT NULL,
    level TEXT NOT NULL,
    mode TEXT NOT NULL,
    subject TEXT,
    stage TEXT,
    theme TEXT,
    school_theme TEXT,
    research_topic TEXT,
    conditions TEXT,
    requires_rural INTEGER NOT NULL,
    look_back_years INTEGER NOT NULL CHECK (look_back_years >= 0),
    planned_hours INTEGER NOT NULL CHECK (planned_hours > 0),
    capacity INTEGER NOT NULL CHECK (capacity > 0),
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    owner_organization_id TEXT NOT NULL REFERENCES organizations (id),
    host_organization_id TEXT REFERENCES organizations (id),
    team_id TEXT REFERENCES teams (id),
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'running', 'completed', 'archived', 'cancelled')),
    status_reason TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (ends_on >= starts_on)
) STRICT;
CREATE INDEX projects_owner ON projects (owner_organization_id);
CREATE INDEX projects_host ON projects (host_organization_id);
CREATE INDEX projects_team ON projects (team_id);
CREATE INDEX projects_year ON projects (training_year, status);
CREATE INDEX projects_start ON projects (starts_on, id);

CREATE TABLE phases (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL CHECK (kind IN ('intensive_study', 'diagnosis_demonstration', 'lesson_polishing', 'outcome_showcase', 'summary_improvement')),
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 5),
    status TEXT NOT NULL CHECK (status IN ('planned', 'active', 'completed', 'skipped')),
    planned_hours INTEGER NOT NULL CHECK (planned_hours >= 0),
    starts_on TEXT,
    ends_on TEXT,
    responsible TEXT NOT NULL CHECK (responsible IN ('training_school', 'team', 'school')),
    skip_reason TEXT,
    started_at TEXT,
    completed_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (project_id, position),
    UNIQUE (project_id, kind),
    CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on),
    CHECK (status <> 'skipped' OR skip_reason IS NOT NULL)
) STRICT;
CREATE INDEX phases_due ON phases (status, ends_on);

CREATE TABLE activities (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    -- NULL for kinds of projects without phases.
    phase_id TEXT REFERENCES phases (id),
    title TEXT NOT NULL,
    form TEXT NOT NULL,
    held_on TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 60),
    hours INTEGER NOT NULL CHECK (hours >= 0),
    place TEXT,
    organization_id TEXT REFERENCES organizations (id),
    description TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX activities_phase ON activities (phase_id, held_on);
CREATE INDEX activities_project ON activities (project_id, held_on);

CREATE TABLE deliverables (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    phase_id TEXT NOT NULL REFERENCES phases (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    method TEXT CHECK (method IN ('observation', 'interview', 'instrument')),
    content TEXT,
    url TEXT,
    organization_id TEXT REFERENCES organizations (id),
    teacher_id TEXT REFERENCES teachers (id),
    submitted_by TEXT NOT NULL REFERENCES users (id),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX deliverables_phase ON deliverables (phase_id, kind);
CREATE INDEX deliverables_project ON deliverables (project_id);

CREATE TABLE enrollments (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    -- The nominating school, where the teacher served at the time.
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
CREATE INDEX enrollments_project ON enrollments (project_id, status);
CREATE INDEX enrollments_teacher ON enrollments (teacher_id, status);
CREATE INDEX enrollments_organization ON enrollments (organization_id);

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
CREATE INDEX attendance_enrollment ON attendance (enrollment_id);

CREATE TABLE exemptions (
    id TEXT PRIMARY KEY NOT NULL,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    kind TEXT NOT NULL CHECK (kind IN ('maternity', 'sick_leave', 'secondment', 'study', 'other')),
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    reason TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (ends_on >= starts_on)
) STRICT;
CREATE INDEX exemptions_teacher ON exemptions (teacher_id, starts_on);

CREATE TABLE hour_records (
    id TEXT PRIMARY KEY NOT NULL,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    -- Where the teacher served on ends_on, whose figures count the record.
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    training_year INTEGER NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    hours INTEGER NOT NULL CHECK (hours > 0),
    level TEXT NOT NULL CHECK (level IN ('national', 'provincial', 'municipal', 'county', 'school', 'other')),
    mode TEXT NOT NULL CHECK (mode IN ('full_time_long', 'face_to_face', 'online', 'blended', 'other')),
    title TEXT NOT NULL,
    institution TEXT NOT NULL,
    project_id TEXT REFERENCES projects (id),
    phase_id TEXT REFERENCES phases (id),
    source TEXT NOT NULL,
    external_id TEXT,
    -- The external id, or the natural key without one.
    source_key TEXT NOT NULL,
    -- A live record from another source that seems to be the same training: a person decides.
    duplicate_of TEXT REFERENCES hour_records (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'recognized', 'rejected', 'voided')),
    status_reason TEXT,
    decided_by TEXT REFERENCES users (id),
    decided_at TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    CHECK (ends_on >= starts_on),
    CHECK (status NOT IN ('rejected', 'voided') OR status_reason IS NOT NULL)
) STRICT;
-- One live record per key; another may follow a voided or rejected one.
CREATE UNIQUE INDEX hour_records_source_key ON hour_records (source, source_key) WHERE status IN ('pending', 'recognized');
CREATE INDEX hour_records_teacher ON hour_records (teacher_id, training_year, status);
CREATE INDEX hour_records_organization ON hour_records (organization_id, training_year);
CREATE INDEX hour_records_project ON hour_records (project_id);
CREATE INDEX hour_records_phase ON hour_records (phase_id);
CREATE INDEX hour_records_waiting ON hour_records (status, id) WHERE status = 'pending';

-- One row per teacher and year, updated in the transaction that changes its records.
CREATE TABLE teacher_years (
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    training_year INTEGER NOT NULL,
    -- Whole months not in post or exempt.
    reduced_months INTEGER NOT NULL CHECK (reduced_months BETWEEN 0 AND 12),
    recognized_hours INTEGER NOT NULL CHECK (recognized_hours >= 0),
    pending_hours INTEGER NOT NULL CHECK (pending_hours >= 0),
    PRIMARY KEY (teacher_id, training_year)
) STRICT;
CREATE INDEX teacher_years_year ON teacher_years (training_year, teacher_id);

CREATE TABLE lessons (
    id TEXT PRIMARY KEY NOT NULL,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT REFERENCES projects (id),
    title TEXT NOT NULL,
    subject TEXT NOT NULL,
    stage TEXT NOT NULL,
    taught_on TEXT,
    summary TEXT,
    grade TEXT CHECK (grade IN ('qualified', 'good', 'excellent')),
    grade_comment TEXT,
    graded_by TEXT REFERENCES users (id),
    graded_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX lessons_teacher ON lessons (teacher_id);
CREATE INDEX lessons_project ON lessons (project_id, grade);
CREATE INDEX lessons_organization ON lessons (organization_id);

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
-- At most one open application or award in force per lesson.
CREATE UNIQUE INDEX certifications_live ON certifications (lesson_id) WHERE status = 'applied';
CREATE UNIQUE INDEX certifications_accepted ON certifications (lesson_id) WHERE status = 'accepted';
CREATE INDEX certifications_teacher ON certifications (teacher_id);
CREATE INDEX certifications_organization ON certifications (organization_id);
CREATE INDEX certifications_status ON certifications (status, id);

CREATE TABLE certification_reviews (
    id TEXT PRIMARY KEY NOT NULL,
    certification_id TEXT NOT NULL REFERENCES certifications (id),
    reviewer_id TEXT NOT NULL REFERENCES users (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'reject')),
    comment TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (certification_id, reviewer_id)
) STRICT;

-- The last number issued per year and award. Locking the row keeps the numbers free of gaps.
CREATE TABLE certificate_counters (
    number_year INTEGER NOT NULL,
    award TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    PRIMARY KEY (number_year, award)
) STRICT;

CREATE TABLE imports (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    encoding TEXT NOT NULL,
    source TEXT,
    dry_run INTEGER NOT NULL,
    rows_total INTEGER NOT NULL,
    rows_imported INTEGER NOT NULL,
    rows_updated INTEGER NOT NULL,
    rows_unchanged INTEGER NOT NULL,
    rows_failed INTEGER NOT NULL,
    errors TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX imports_recent ON imports (organization_id, id);

-- The ledger: the status of a record changes, its content never does, and nothing is deleted (design 4, hour ledger).
CREATE TRIGGER hour_records_no_edit BEFORE UPDATE OF id, teacher_id, organization_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, duplicate_of, created_by, created_at ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
CREATE TRIGGER hour_records_status BEFORE UPDATE OF status ON hour_records
WHEN NOT ((OLD.status = 'pending' AND NEW.status IN ('recognized', 'rejected')) OR (OLD.status = 'recognized' AND NEW.status = 'voided'))
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
CREATE TRIGGER hour_records_no_delete BEFORE DELETE ON hour_records BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
