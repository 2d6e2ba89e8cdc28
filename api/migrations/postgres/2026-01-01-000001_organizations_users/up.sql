-- Organizations, users, sessions and the audit log.

CREATE TABLE organizations (
    id uuid PRIMARY KEY NOT NULL,
    code text COLLATE "C" NOT NULL UNIQUE,
    name text COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('bureau', 'training_school', 'district', 'school', 'kindergarten', 'university')),
    parent_id uuid REFERENCES organizations (id),
    -- The codes from the root down, joined by '/': a scope is a range of paths.
    path text COLLATE "C" NOT NULL UNIQUE,
    rural boolean NOT NULL,
    base_school boolean NOT NULL,
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX organizations_parent ON organizations (parent_id);
CREATE INDEX organizations_name ON organizations (name, id);

CREATE TABLE teachers (
    id uuid PRIMARY KEY NOT NULL,
    teacher_no text COLLATE "C" NOT NULL UNIQUE,
    name text COLLATE "C" NOT NULL,
    gender text CHECK (gender IN ('male', 'female')),
    -- Where the teacher serves now; past organizations are in the appointments.
    organization_id uuid NOT NULL REFERENCES organizations (id),
    subject text NOT NULL,
    stage text NOT NULL,
    title text COLLATE "C",
    joined_on date NOT NULL,
    left_on date,
    status text NOT NULL CHECK (status IN ('active', 'on_leave', 'retired', 'left')),
    backbone boolean NOT NULL,
    -- Encrypted. Lookups use the HMAC; only the mask is ever shown.
    id_number_sealed text,
    id_number_hmac text UNIQUE,
    id_number_mask text,
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    CHECK (left_on IS NULL OR left_on >= joined_on)
);
CREATE INDEX teachers_organization ON teachers (organization_id, teacher_no);
CREATE INDEX teachers_name ON teachers (name, id);

CREATE TABLE appointments (
    id uuid PRIMARY KEY NOT NULL,
    teacher_id uuid NOT NULL REFERENCES teachers (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    starts_on date NOT NULL,
    ends_on date,
    created_at timestamp NOT NULL,
    UNIQUE (teacher_id, starts_on),
    CHECK (ends_on IS NULL OR ends_on >= starts_on)
);
CREATE INDEX appointments_organization ON appointments (organization_id);
CREATE UNIQUE INDEX appointments_open ON appointments (teacher_id) WHERE ends_on IS NULL;

CREATE TABLE users (
    id uuid PRIMARY KEY NOT NULL,
    username text COLLATE "C" NOT NULL UNIQUE,
    name text COLLATE "C" NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL CHECK (role IN ('bureau_admin', 'training_school_admin', 'team_leader', 'team_member', 'district_coordinator', 'school_admin', 'teacher', 'auditor')),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    scope_organization_id uuid NOT NULL REFERENCES organizations (id),
    teacher_id uuid REFERENCES teachers (id),
    disabled boolean NOT NULL,
    must_change_password boolean NOT NULL,
    last_login_at timestamp,
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    CHECK (role <> 'teacher' OR teacher_id IS NOT NULL)
);
CREATE INDEX users_name ON users (name, id);
CREATE INDEX users_organization ON users (organization_id);
CREATE INDEX users_scope ON users (scope_organization_id);
CREATE INDEX users_teacher ON users (teacher_id);

-- A session: its access tokens are valid as long as it lasts.
CREATE TABLE sessions (
    id uuid PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    ended_at timestamp
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE refresh_tokens (
    -- SHA-256 of the token, which is 256 random bits.
    token_hash text PRIMARY KEY NOT NULL,
    session_id uuid NOT NULL REFERENCES sessions (id),
    issued_at timestamp NOT NULL,
    used_at timestamp
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- For known and unknown names alike, so that a lock does not reveal whether a user exists.
CREATE TABLE login_failures (
    username text COLLATE "C" PRIMARY KEY NOT NULL,
    failures integer NOT NULL,
    last_failed_at timestamp NOT NULL,
    locked_until timestamp
);
CREATE INDEX login_failures_age ON login_failures (last_failed_at);

CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    idempotency_key text NOT NULL,
    -- SHA-256 of method, path and body.
    fingerprint text NOT NULL,
    -- NULL while the first request is in progress.
    status integer,
    headers text,
    body text,
    created_at timestamp NOT NULL,
    PRIMARY KEY (caller, idempotency_key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE audit_log (
    seq bigint PRIMARY KEY NOT NULL,
    at timestamp NOT NULL,
    user_id uuid,
    username text COLLATE "C" NOT NULL,
    action text NOT NULL,
    entity text NOT NULL,
    entity_id text NOT NULL,
    before text,
    after text,
    ip text NOT NULL,
    request_id text NOT NULL,
    previous_hash text NOT NULL,
    hash text NOT NULL
);
CREATE INDEX audit_log_entity ON audit_log (entity, entity_id);
CREATE INDEX audit_log_user ON audit_log (user_id, seq);

CREATE TABLE policies (
    id uuid PRIMARY KEY NOT NULL,
    effective_from date NOT NULL UNIQUE,
    annual_hours integer NOT NULL CHECK (annual_hours > 0),
    cycle_hours integer NOT NULL CHECK (cycle_hours > 0),
    cycle_years integer NOT NULL CHECK (cycle_years BETWEEN 1 AND 10),
    cycle_first_year integer NOT NULL,
    year_starts_month integer NOT NULL CHECK (year_starts_month BETWEEN 1 AND 12),
    absence_limit_numerator integer NOT NULL CHECK (absence_limit_numerator >= 0),
    absence_limit_denominator integer NOT NULL CHECK (absence_limit_denominator > 0),
    elimination_percent integer NOT NULL CHECK (elimination_percent BETWEEN 0 AND 100),
    publicity_days integer NOT NULL CHECK (publicity_days >= 0),
    visits_per_year integer NOT NULL CHECK (visits_per_year >= 0),
    days_per_visit integer NOT NULL CHECK (days_per_visit >= 0),
    reviews_required integer NOT NULL CHECK (reviews_required >= 2),
    certificate_prefix text NOT NULL,
    note text,
    created_by uuid REFERENCES users (id),
    created_at timestamp NOT NULL
);

-- The audit log and the ledger are append-only for all clients.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
