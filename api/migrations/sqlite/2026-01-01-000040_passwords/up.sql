-- How old a password is, and the ones before it: 等保2.0 asks for new ones.

-- NULL: as old as the user, or set before this was noted.
ALTER TABLE users ADD COLUMN password_set_at TEXT;

CREATE TABLE former_passwords (
    user_id TEXT NOT NULL REFERENCES users (id),
    replaced_at TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, replaced_at)
) STRICT;
