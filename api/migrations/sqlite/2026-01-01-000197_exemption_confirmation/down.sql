UPDATE api_keys SET scopes = replace(scopes, ' exemptions.confirm', '');
DROP INDEX exemptions_waiting;
-- What only schools have reported reduces nothing, and goes.
DROP TRIGGER exemptions_no_delete;
DELETE FROM exemptions WHERE confirmed_at IS NULL;
CREATE TRIGGER exemptions_no_delete BEFORE DELETE ON exemptions BEGIN SELECT RAISE(ABORT, 'exemptions is append-only'); END;
ALTER TABLE exemptions DROP COLUMN confirmed_by;
ALTER TABLE exemptions DROP COLUMN confirmed_at;
