DROP INDEX users_username_folded;
DROP TABLE user_networks;
DROP TABLE sign_in_attempts;
CREATE TABLE login_failures (
    username text COLLATE "C" PRIMARY KEY NOT NULL,
    failures integer NOT NULL,
    last_failed_at timestamp NOT NULL,
    locked_until timestamp
);
CREATE INDEX login_failures_age ON login_failures (last_failed_at);
