-- The preview of a dry run, as JSON.
ALTER TABLE imports ADD COLUMN preview TEXT;
