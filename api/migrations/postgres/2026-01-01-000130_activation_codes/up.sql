-- How the owner of an account proves who they are, once, in place of a password that others know. A user has at most one.
CREATE TABLE activation_codes (
    user_id uuid PRIMARY KEY NOT NULL REFERENCES users (id),
    code_hash text COLLATE "C" NOT NULL UNIQUE,
    failures integer NOT NULL,
    issued_by uuid NOT NULL REFERENCES users (id),
    issued_at timestamp NOT NULL,
    expires_at timestamp NOT NULL
);

-- The notice on personal data that the user has accepted.
ALTER TABLE users ADD COLUMN notice_version integer;
ALTER TABLE users ADD COLUMN notice_accepted_at timestamp;
