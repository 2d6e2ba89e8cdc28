-- Organizations, users, sessions and the audit log.

CREATE TABLE organizations (
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('bureau', 'training_school', 'district', 'school', 'kindergarten', 'university')),
    parent_id TEXT REFERENCES organizations (id),
    -- The codes from the root down, joined by '/': a scope is a range of paths.
    path TEXT NOT NULL UNIQUE,
    rural INTEGER NOT NULL,
    base_school INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX organizations_parent ON organizations (parent_id);
CREATE INDEX organizations_name ON organizations (name, id);

CREATE TABLE teachers (
    id TEXT PRIMARY KEY NOT NULL,
    teacher_no TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    gender TEXT CHECK (gender IN ('male', 'female')),
    -- Where the teacher serves now; past organizations are in the appointments.
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    subject TEXT NOT NULL,
    stage TEXT NOT NULL,
    title TEXT,
    joined_on TEXT NOT NULL,
    left_on TEXT,
    status TEXT NOT NULL CHECK (status IN ('active', 'on_leave', 'retired', 'left')),
    backbone INTEGER NOT NULL,
    -- Encrypted. Lookups use the HMAC; only the mask is ever shown.
    id_number_sealed TEXT,
    id_number_hmac TEXT UNIQUE,
    id_number_mask TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (left_on IS NULL OR left_on >= joined_on)
) STRICT;
CREATE INDEX teachers_organization ON teachers (organization_id, teacher_no);
CREATE INDEX teachers_name ON teachers (name, id);

CREATE TABLE appointments (
    id TEXT PRIMARY KEY NOT NULL,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (teacher_id, starts_on),
    CHECK (ends_on IS NULL OR ends_on >= starts_on)
) STRICT;
CREATE INDEX appointments_organization ON appointments (organization_id);
CREATE UNIQUE INDEX appointments_open ON appointments (teacher_id) WHERE ends_on IS NULL;

CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('bureau_admin', 'training_school_admin', 'team_leader', 'team_member', 'district_coordinator', 'school_admin', 'teacher', 'auditor')),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    scope_organization_id TEXT NOT NULL REFERENCES organizations (id),
    teacher_id TEXT REFERENCES teachers (id),
    disabled INTEGER NOT NULL,
    must_change_password INTEGER NOT NULL,
    last_login_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (role <> 'teacher' OR teacher_id IS NOT NULL)
) STRICT;
CREATE INDEX users_name ON users (name, id);
CREATE INDEX users_organization ON users (organization_id);
CREATE INDEX users_scope ON users (scope_organization_id);
CREATE INDEX users_teacher ON users (teacher_id);

-- A session: its access tokens are valid as long as it lasts.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE refresh_tokens (
    -- SHA-256 of the token, which is 256 random bits.
    token_hash TEXT PRIMARY KEY NOT NULL,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    issued_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- For known and unknown names alike, so that a lock does not reveal whether a user exists.
CREATE TABLE login_failures (
    username TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    last_failed_at TEXT NOT NULL,
    locked_until TEXT
) STRICT;
CREATE INDEX login_failures_age ON login_failures (last_failed_at);

CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    -- SHA-256 of method, path and body.
    fingerprint TEXT NOT NULL,
    -- NULL while the first request is in progress.
    status INTEGER,
    headers TEXT,
    body TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (caller, idempotency_key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE audit_log (
    seq INTEGER PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    user_id TEXT,
    username TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    ip TEXT NOT NULL,
    request_id TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_entity ON audit_log (entity, entity_id);
CREATE INDEX audit_log_user ON audit_log (user_id, seq);

CREATE TABLE policies (
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

-- The audit log is append-only for all clients.
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;
