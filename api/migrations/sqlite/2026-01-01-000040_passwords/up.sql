-- The age of passwords and previous passwords: 等保2.0 requires new ones.

-- NULL: as old as the user, or set before this column existed.
ALTER TABLE users ADD COLUMN password_set_at TEXT;

CREATE TABLE former_passwords (
    user_id TEXT NOT NULL REFERENCES users (id),
    replaced_at TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, replaced_at)
) STRICT;
