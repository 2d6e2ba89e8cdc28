UPDATE api_keys SET scopes = replace(scopes, ' exemptions.confirm', '');
DROP INDEX exemptions_waiting;
-- What only schools have reported reduces nothing, and goes.
ALTER TABLE exemptions DISABLE TRIGGER exemptions_append_only;
DELETE FROM exemptions WHERE confirmed_at IS NULL;
ALTER TABLE exemptions ENABLE TRIGGER exemptions_append_only;
CREATE OR REPLACE FUNCTION guard_exemption() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := ARRAY['retired_at', 'retired_by', 'reason', 'version', 'updated_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'exemptions is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'exemptions_append_only';
END $$;
ALTER TABLE exemptions DROP COLUMN confirmed_by;
ALTER TABLE exemptions DROP COLUMN confirmed_at;
