DROP INDEX users_username_folded;
DROP TABLE user_networks;
DROP TABLE sign_in_attempts;
CREATE TABLE login_failures (
    username TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    last_failed_at TEXT NOT NULL,
    locked_until TEXT
) STRICT;
CREATE INDEX login_failures_age ON login_failures (last_failed_at);
