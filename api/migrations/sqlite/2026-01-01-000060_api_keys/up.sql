-- API keys: machines call the API, each with a service account of its own.

-- A service account, which nobody signs in as: the author of what its API key does.
ALTER TABLE users ADD COLUMN service INTEGER NOT NULL DEFAULT 0;

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY NOT NULL,
    -- The service account.
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id),
    name TEXT NOT NULL,
    -- The scope of the key: this organization and those below it.
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- Permissions, separated by spaces.
    scopes TEXT NOT NULL CHECK (scopes <> ''),
    expires_at TEXT,
    last_used_at TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    revoked_by TEXT REFERENCES users (id),
    revoked_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
) STRICT;
CREATE INDEX api_keys_organization ON api_keys (organization_id);
CREATE INDEX api_keys_name ON api_keys (name, id);

-- One secret per key, or two during a rotation.
CREATE TABLE api_key_secrets (
    -- The public prefix, by which the secret is found.
    prefix TEXT PRIMARY KEY NOT NULL CHECK (length(prefix) = 12),
    api_key_id TEXT NOT NULL REFERENCES api_keys (id),
    -- SHA-256 of the whole secret, which has 256 random bits.
    secret_hash TEXT NOT NULL CHECK (length(secret_hash) = 64),
    created_at TEXT NOT NULL,
    -- The end of its overlap with a newer secret.
    ends_at TEXT
) STRICT;
CREATE INDEX api_key_secrets_key ON api_key_secrets (api_key_id, created_at);

-- The ended records of a source, by key, so that a repeated push finds the rejected record. Live records
-- have an index of their own.
CREATE INDEX hour_records_ended ON hour_records (source, source_key) WHERE status IN ('rejected', 'voided');
