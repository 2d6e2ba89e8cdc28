-- An exemption that was entered in error is retired and stays readable: what was known on an earlier day included it.
ALTER TABLE exemptions ADD COLUMN retired_at timestamp;
ALTER TABLE exemptions ADD COLUMN retired_by uuid REFERENCES users (id);
CREATE FUNCTION guard_exemption() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := ARRAY['retired_at', 'retired_by', 'reason', 'version', 'updated_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'exemptions is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'exemptions_append_only';
END $$;
CREATE TRIGGER exemptions_append_only BEFORE UPDATE OR DELETE ON exemptions FOR EACH ROW EXECUTE FUNCTION guard_exemption();

-- When a voided record had been recognised, and by whom: voiding overwrites both in the record.
CREATE TABLE former_recognitions (
    hour_record_id uuid PRIMARY KEY NOT NULL REFERENCES hour_records (id),
    recognized_at timestamp NOT NULL,
    recognized_by uuid REFERENCES users (id)
);
-- Recognised singly or in bulk; else from the first.
INSERT INTO former_recognitions (hour_record_id, recognized_at, recognized_by)
SELECT h.id, COALESCE(a.at, h.created_at), COALESCE(u.id, h.created_by)
FROM hour_records h
    LEFT JOIN audit_log a ON a.seq =
        (SELECT MAX(seq) FROM audit_log WHERE entity = 'hour_record' AND entity_id = h.id::text AND action = 'recognize')
    LEFT JOIN users u ON u.id = a.user_id
WHERE h.status = 'voided';
