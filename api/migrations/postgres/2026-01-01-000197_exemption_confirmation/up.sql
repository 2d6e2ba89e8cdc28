-- Schools report exemptions, the training school confirms them; a reported one reduces nothing. What is there is confirmed.
ALTER TABLE exemptions ADD COLUMN confirmed_at timestamp;
ALTER TABLE exemptions ADD COLUMN confirmed_by uuid REFERENCES users (id);
CREATE OR REPLACE FUNCTION guard_exemption() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := ARRAY['confirmed_at', 'confirmed_by', 'retired_at', 'retired_by', 'reason', 'version', 'updated_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'exemptions is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'exemptions_append_only';
END $$;
UPDATE exemptions SET confirmed_at = created_at, confirmed_by = created_by;
CREATE INDEX exemptions_waiting ON exemptions (teacher_id) WHERE confirmed_at IS NULL AND retired_at IS NULL;
-- Keys that write exemptions go on confirming what they enter.
UPDATE api_keys SET scopes = scopes || ' exemptions.confirm'
WHERE ' ' || scopes || ' ' LIKE '% exemptions.write %';
