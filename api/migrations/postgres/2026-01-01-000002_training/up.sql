-- Projects with their phases, teams and participants; the hour ledger; lessons and certifications.

CREATE TABLE teams (
    id uuid PRIMARY KEY NOT NULL,
    name text COLLATE "C" NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    subject text NOT NULL,
    stage text NOT NULL,
    disbanded_on date,
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    UNIQUE (organization_id, name)
);
CREATE INDEX teams_name ON teams (name, id);

CREATE TABLE team_members (
    id uuid PRIMARY KEY NOT NULL,
    team_id uuid NOT NULL REFERENCES teams (id),
    teacher_id uuid REFERENCES teachers (id),
    -- Of an external expert, or a copy of the teacher's, for lists.
    name text COLLATE "C" NOT NULL,
    institution text,
    role text NOT NULL CHECK (role IN ('leader', 'member', 'expert')),
    joined_on date NOT NULL,
    left_on date,
    created_at timestamp NOT NULL,
    CHECK (left_on IS NULL OR left_on >= joined_on)
);
CREATE INDEX team_members_team ON team_members (team_id);
CREATE INDEX team_members_teacher ON team_members (teacher_id);
CREATE UNIQUE INDEX team_members_present ON team_members (team_id, teacher_id) WHERE left_on IS NULL;

CREATE TABLE projects (
    id uuid PRIMARY KEY NOT NULL,
    title text COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('send_teaching', 'workshop', 'school_based', 'principal', 'visiting', 'online')),
    training_year integer NOT NULL,
    level text NOT NULL,
    mode text NOT NULL,
    subject text,
    stage text,
    theme text,
    school_theme text,
    research_topic text,
    conditions text,
    requires_rural boolean NOT NULL,
    look_back_years integer NOT NULL CHECK (look_back_years >= 0),
    planned_hours integer NOT NULL CHECK (planned_hours > 0),
    capacity integer NOT NULL CHECK (capacity > 0),
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    owner_organization_id uuid NOT NULL REFERENCES organizations (id),
    host_organization_id uuid REFERENCES organizations (id),
    team_id uuid REFERENCES teams (id),
    status text NOT NULL CHECK (status IN ('draft', 'published', 'running', 'completed', 'archived', 'cancelled')),
    status_reason text,
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    CHECK (ends_on >= starts_on)
);
CREATE INDEX projects_owner ON projects (owner_organization_id);
CREATE INDEX projects_host ON projects (host_organization_id);
CREATE INDEX projects_team ON projects (team_id);
CREATE INDEX projects_year ON projects (training_year, status);
CREATE INDEX projects_start ON projects (starts_on, id);

CREATE TABLE phases (
    id uuid PRIMARY KEY NOT NULL,
    project_id uuid NOT NULL REFERENCES projects (id),
    kind text NOT NULL CHECK (kind IN ('intensive_study', 'diagnosis_demonstration', 'lesson_polishing', 'outcome_showcase', 'summary_improvement')),
    position integer NOT NULL CHECK (position BETWEEN 1 AND 5),
    status text NOT NULL CHECK (status IN ('planned', 'active', 'completed', 'skipped')),
    planned_hours integer NOT NULL CHECK (planned_hours >= 0),
    starts_on date,
    ends_on date,
    responsible text NOT NULL CHECK (responsible IN ('training_school', 'team', 'school')),
    skip_reason text,
    started_at timestamp,
    completed_at timestamp,
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    UNIQUE (project_id, position),
    UNIQUE (project_id, kind),
    CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on),
    CHECK (status <> 'skipped' OR skip_reason IS NOT NULL)
);
CREATE INDEX phases_due ON phases (status, ends_on);

CREATE TABLE activities (
    id uuid PRIMARY KEY NOT NULL,
    project_id uuid NOT NULL REFERENCES projects (id),
    -- NULL for kinds of projects without phases.
    phase_id uuid REFERENCES phases (id),
    title text COLLATE "C" NOT NULL,
    form text NOT NULL,
    held_on date NOT NULL,
    days integer NOT NULL CHECK (days BETWEEN 1 AND 60),
    hours integer NOT NULL CHECK (hours >= 0),
    place text,
    organization_id uuid REFERENCES organizations (id),
    description text,
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX activities_phase ON activities (phase_id, held_on);
CREATE INDEX activities_project ON activities (project_id, held_on);

CREATE TABLE deliverables (
    id uuid PRIMARY KEY NOT NULL,
    project_id uuid NOT NULL REFERENCES projects (id),
    phase_id uuid NOT NULL REFERENCES phases (id),
    kind text NOT NULL,
    title text COLLATE "C" NOT NULL,
    method text CHECK (method IN ('observation', 'interview', 'instrument')),
    content text,
    url text,
    organization_id uuid REFERENCES organizations (id),
    teacher_id uuid REFERENCES teachers (id),
    submitted_by uuid NOT NULL REFERENCES users (id),
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX deliverables_phase ON deliverables (phase_id, kind);
CREATE INDEX deliverables_project ON deliverables (project_id);

CREATE TABLE enrollments (
    id uuid PRIMARY KEY NOT NULL,
    project_id uuid NOT NULL REFERENCES projects (id),
    teacher_id uuid NOT NULL REFERENCES teachers (id),
    -- The nominating school, where the teacher served at the time.
    organization_id uuid NOT NULL REFERENCES organizations (id),
    status text NOT NULL CHECK (status IN ('nominated', 'announced', 'reviewed', 'admitted', 'rejected', 'completed', 'withdrawn', 'disqualified')),
    reason text,
    replaces_id uuid REFERENCES enrollments (id),
    nominated_by uuid NOT NULL REFERENCES users (id),
    reviewed_by uuid REFERENCES users (id),
    reviewed_at timestamp,
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    UNIQUE (project_id, teacher_id)
);
CREATE INDEX enrollments_project ON enrollments (project_id, status);
CREATE INDEX enrollments_teacher ON enrollments (teacher_id, status);
CREATE INDEX enrollments_organization ON enrollments (organization_id);

CREATE TABLE attendance (
    id uuid PRIMARY KEY NOT NULL,
    activity_id uuid NOT NULL REFERENCES activities (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    status text NOT NULL CHECK (status IN ('present', 'late', 'left_early', 'leave', 'absent')),
    note text,
    recorded_by uuid NOT NULL REFERENCES users (id),
    recorded_at timestamp NOT NULL,
    UNIQUE (activity_id, enrollment_id)
);
CREATE INDEX attendance_enrollment ON attendance (enrollment_id);

CREATE TABLE exemptions (
    id uuid PRIMARY KEY NOT NULL,
    teacher_id uuid NOT NULL REFERENCES teachers (id),
    kind text NOT NULL CHECK (kind IN ('maternity', 'sick_leave', 'secondment', 'study', 'other')),
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    reason text,
    created_by uuid NOT NULL REFERENCES users (id),
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    CHECK (ends_on >= starts_on)
);
CREATE INDEX exemptions_teacher ON exemptions (teacher_id, starts_on);

CREATE TABLE hour_records (
    id uuid PRIMARY KEY NOT NULL,
    teacher_id uuid NOT NULL REFERENCES teachers (id),
    -- Where the teacher served on ends_on, whose figures count the record.
    organization_id uuid NOT NULL REFERENCES organizations (id),
    training_year integer NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    hours integer NOT NULL CHECK (hours > 0),
    level text NOT NULL CHECK (level IN ('national', 'provincial', 'municipal', 'county', 'school', 'other')),
    mode text NOT NULL CHECK (mode IN ('full_time_long', 'face_to_face', 'online', 'blended', 'other')),
    title text COLLATE "C" NOT NULL,
    institution text NOT NULL,
    project_id uuid REFERENCES projects (id),
    phase_id uuid REFERENCES phases (id),
    source text COLLATE "C" NOT NULL,
    external_id text,
    -- The external id, or the natural key without one.
    source_key text COLLATE "C" NOT NULL,
    -- A live record from another source that seems to be the same training: a person decides.
    duplicate_of uuid REFERENCES hour_records (id),
    status text NOT NULL CHECK (status IN ('pending', 'recognized', 'rejected', 'voided')),
    status_reason text,
    decided_by uuid REFERENCES users (id),
    decided_at timestamp,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamp NOT NULL,
    CHECK (ends_on >= starts_on),
    CHECK (status NOT IN ('rejected', 'voided') OR status_reason IS NOT NULL)
);
-- One live record per key; another may follow a voided or rejected one.
CREATE UNIQUE INDEX hour_records_source_key ON hour_records (source, source_key) WHERE status IN ('pending', 'recognized');
CREATE INDEX hour_records_teacher ON hour_records (teacher_id, training_year, status);
CREATE INDEX hour_records_organization ON hour_records (organization_id, training_year);
CREATE INDEX hour_records_project ON hour_records (project_id);
CREATE INDEX hour_records_phase ON hour_records (phase_id);
CREATE INDEX hour_records_waiting ON hour_records (status, id) WHERE status = 'pending';

-- One row per teacher and year, updated in the transaction that changes its records.
CREATE TABLE teacher_years (
    teacher_id uuid NOT NULL REFERENCES teachers (id),
    training_year integer NOT NULL,
    -- Whole months not in post or exempt.
    reduced_months integer NOT NULL CHECK (reduced_months BETWEEN 0 AND 12),
    recognized_hours integer NOT NULL CHECK (recognized_hours >= 0),
    pending_hours integer NOT NULL CHECK (pending_hours >= 0),
    PRIMARY KEY (teacher_id, training_year)
);
CREATE INDEX teacher_years_year ON teacher_years (training_year, teacher_id);

CREATE TABLE lessons (
    id uuid PRIMARY KEY NOT NULL,
    teacher_id uuid NOT NULL REFERENCES teachers (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    project_id uuid REFERENCES projects (id),
    title text COLLATE "C" NOT NULL,
    subject text NOT NULL,
    stage text NOT NULL,
    taught_on date,
    summary text,
    grade text CHECK (grade IN ('qualified', 'good', 'excellent')),
    grade_comment text,
    graded_by uuid REFERENCES users (id),
    graded_at timestamp,
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX lessons_teacher ON lessons (teacher_id);
CREATE INDEX lessons_project ON lessons (project_id, grade);
CREATE INDEX lessons_organization ON lessons (organization_id);

CREATE TABLE certifications (
    id uuid PRIMARY KEY NOT NULL,
    lesson_id uuid NOT NULL REFERENCES lessons (id),
    teacher_id uuid NOT NULL REFERENCES teachers (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    -- The grade at the time of the application, which alone decides the award.
    grade text NOT NULL CHECK (grade IN ('qualified', 'good', 'excellent')),
    status text NOT NULL CHECK (status IN ('applied', 'accepted', 'rejected', 'superseded', 'revoked')),
    award text CHECK (award IN ('standard', 'quality', 'demonstration')),
    number text COLLATE "C" UNIQUE,
    number_year integer,
    number_sequence integer,
    -- The content of the certificate on the day of issue.
    teacher_name text NOT NULL,
    school_name text NOT NULL,
    lesson_title text NOT NULL,
    lesson_subject text NOT NULL,
    issued_on date,
    applied_by uuid NOT NULL REFERENCES users (id),
    decided_by uuid REFERENCES users (id),
    decided_at timestamp,
    decision_reason text,
    superseded_by uuid REFERENCES certifications (id),
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    UNIQUE (number_year, award, number_sequence),
    CHECK (status NOT IN ('accepted', 'superseded', 'revoked') OR (award IS NOT NULL AND number IS NOT NULL AND issued_on IS NOT NULL)),
    CHECK (award IS NULL OR (grade = 'qualified' AND award = 'standard') OR (grade = 'good' AND award = 'quality') OR (grade = 'excellent' AND award = 'demonstration'))
);
-- At most one open application or award in force per lesson.
CREATE UNIQUE INDEX certifications_live ON certifications (lesson_id) WHERE status = 'applied';
CREATE UNIQUE INDEX certifications_accepted ON certifications (lesson_id) WHERE status = 'accepted';
CREATE INDEX certifications_teacher ON certifications (teacher_id);
CREATE INDEX certifications_organization ON certifications (organization_id);
CREATE INDEX certifications_status ON certifications (status, id);

CREATE TABLE certification_reviews (
    id uuid PRIMARY KEY NOT NULL,
    certification_id uuid NOT NULL REFERENCES certifications (id),
    reviewer_id uuid NOT NULL REFERENCES users (id),
    verdict text NOT NULL CHECK (verdict IN ('accept', 'reject')),
    comment text NOT NULL,
    created_at timestamp NOT NULL,
    UNIQUE (certification_id, reviewer_id)
);

-- The last number issued per year and award. Locking the row keeps the numbers free of gaps.
CREATE TABLE certificate_counters (
    number_year integer NOT NULL,
    award text NOT NULL,
    last_sequence integer NOT NULL,
    PRIMARY KEY (number_year, award)
);

CREATE TABLE imports (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    encoding text NOT NULL,
    source text COLLATE "C",
    dry_run boolean NOT NULL,
    rows_total integer NOT NULL,
    rows_imported integer NOT NULL,
    rows_updated integer NOT NULL,
    rows_unchanged integer NOT NULL,
    rows_failed integer NOT NULL,
    errors text NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamp NOT NULL
);
CREATE INDEX imports_recent ON imports (organization_id, id);

-- The ledger: the status of a record changes, its content never does, and nothing is deleted (design 4, hour ledger).
CREATE FUNCTION guard_hour_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (to_jsonb(NEW) - ARRAY['status', 'status_reason', 'decided_by', 'decided_at'])
            = (to_jsonb(OLD) - ARRAY['status', 'status_reason', 'decided_by', 'decided_at'])
        AND ((OLD.status = 'pending' AND NEW.status IN ('recognized', 'rejected'))
            OR (OLD.status = 'recognized' AND NEW.status = 'voided'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'hour_records is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'hour_records_append_only';
END $$;
CREATE TRIGGER hour_records_append_only BEFORE UPDATE OR DELETE ON hour_records FOR EACH ROW EXECUTE FUNCTION guard_hour_record();
