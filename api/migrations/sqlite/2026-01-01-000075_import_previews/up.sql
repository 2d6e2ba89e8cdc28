-- What a dry run shows of its file, as JSON.
ALTER TABLE imports ADD COLUMN preview TEXT;
