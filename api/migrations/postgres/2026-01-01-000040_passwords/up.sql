-- The age of passwords and previous passwords: 等保2.0 requires new ones.

-- NULL: as old as the user, or set before this column existed.
ALTER TABLE users ADD COLUMN password_set_at timestamp;

CREATE TABLE former_passwords (
    user_id uuid NOT NULL REFERENCES users (id),
    replaced_at timestamp NOT NULL,
    password_hash text NOT NULL,
    PRIMARY KEY (user_id, replaced_at)
);
