-- What others are told of 变更流, written in the transaction of what happened. A row is a set of changes of one
-- type: the ids, 16 bytes each, have the numbers first_seq, first_seq + 1, … last_seq.
CREATE TABLE outbox (
    last_seq bigint PRIMARY KEY NOT NULL,
    first_seq bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    at timestamp NOT NULL,
    -- The organization's path where the row itself is gone and cannot say any more whose it was.
    path text COLLATE "C",
    ids bytea NOT NULL,
    CHECK (length(ids) = 16 * (last_seq - first_seq + 1))
);
