-- The outbox of the change feed 变更流, written in the transaction of the change. A row is a set of changes of one
-- type: its ids, 16 bytes each, have the numbers first_seq, first_seq + 1, … last_seq.
CREATE TABLE outbox (
    last_seq bigint PRIMARY KEY NOT NULL,
    first_seq bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    at timestamp NOT NULL,
    -- The path of the organization, for rows that are deleted.
    path text COLLATE "C",
    ids bytea NOT NULL,
    CHECK (length(ids) = 16 * (last_seq - first_seq + 1))
);
