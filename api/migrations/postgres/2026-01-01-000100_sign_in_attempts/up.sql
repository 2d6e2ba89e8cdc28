-- Attempts to prove a password, for known and unknown names alike, so that a lock does not reveal whether a user
-- exists. An empty network counts the attempts of all networks.
CREATE TABLE sign_in_attempts (
    username text COLLATE "C" NOT NULL,
    network text COLLATE "C" NOT NULL,
    failures integer NOT NULL,
    last_attempt_at timestamp NOT NULL,
    locked_until timestamp,
    PRIMARY KEY (username, network)
);
CREATE INDEX sign_in_attempts_age ON sign_in_attempts (last_attempt_at);
DROP TABLE login_failures;

-- Where a user has signed in: attempts from elsewhere do not lock the user out there.
CREATE TABLE user_networks (
    user_id uuid NOT NULL REFERENCES users (id),
    network text COLLATE "C" NOT NULL,
    last_used_at timestamp NOT NULL,
    PRIMARY KEY (user_id, network)
);

-- User names are one without regard to case. Of names that differ in case alone the later ones get a suffix.
UPDATE users SET username = username || '-' || right(id::text, 4)
WHERE EXISTS (
    SELECT 1 FROM users AS earlier
    WHERE lower(earlier.username) = lower(users.username)
        AND (earlier.created_at, earlier.id) < (users.created_at, users.id)
);
CREATE UNIQUE INDEX users_username_folded ON users (lower(username));
