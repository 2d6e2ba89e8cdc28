-- How the owner of an account proves who they are, once, in place of a password that others know. A user has at most one.
CREATE TABLE activation_codes (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
    code_hash TEXT NOT NULL UNIQUE,
    failures INTEGER NOT NULL,
    issued_by TEXT NOT NULL REFERENCES users (id),
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

-- The notice on personal data that the user has accepted.
ALTER TABLE users ADD COLUMN notice_version INTEGER;
ALTER TABLE users ADD COLUMN notice_accepted_at TEXT;
