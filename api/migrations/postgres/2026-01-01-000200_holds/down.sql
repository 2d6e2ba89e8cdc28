-- Withdrawn and returned records become rejected ones.
ALTER TABLE hour_records DISABLE TRIGGER hour_records_append_only;
UPDATE hour_records SET status = 'rejected', status_reason = COALESCE(status_reason, '已撤回')
WHERE status IN ('withdrawn', 'returned');
UPDATE hour_records SET hold = 'decision' WHERE status = 'pending' AND hold <> 'service_unconfirmed';
ALTER TABLE hour_records ENABLE TRIGGER hour_records_append_only;
ALTER TABLE hour_records DROP CONSTRAINT hour_records_status_check;
ALTER TABLE hour_records ADD CONSTRAINT hour_records_status_check
    CHECK (status IN ('pending', 'recognized', 'rejected', 'voided'));
ALTER TABLE hour_records DROP CONSTRAINT hour_records_check1;
ALTER TABLE hour_records ADD CONSTRAINT hour_records_check1
    CHECK (status NOT IN ('rejected', 'voided') OR status_reason IS NOT NULL);
DROP INDEX hour_records_ended;
CREATE INDEX hour_records_ended ON hour_records (source, source_key) WHERE status IN ('rejected', 'voided');
ALTER TABLE hour_records DROP COLUMN former_id;
ALTER TABLE hour_records DROP COLUMN import_id;
ALTER TABLE hour_records DROP COLUMN origin;
ALTER TABLE hour_records DROP COLUMN flags CASCADE;
ALTER TABLE hour_records DROP COLUMN holds;
CREATE OR REPLACE FUNCTION guard_hour_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := ARRAY['status', 'status_reason', 'decided_by', 'decided_at', 'recognized_at', 'hold', 'organization_id'];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free) THEN
        IF OLD.status = 'pending' AND NEW.status = 'recognized' THEN
            RETURN NEW;
        END IF;
        IF ((OLD.status = 'pending' AND NEW.status IN ('rejected')) OR (OLD.status = 'recognized' AND NEW.status = 'voided'))
            AND NEW.recognized_at IS NOT DISTINCT FROM OLD.recognized_at
        THEN
            RETURN NEW;
        END IF;
        IF NEW.status = OLD.status AND NEW.status_reason IS NOT DISTINCT FROM OLD.status_reason
            AND NEW.decided_by IS NOT DISTINCT FROM OLD.decided_by AND NEW.decided_at IS NOT DISTINCT FROM OLD.decided_at
            AND NEW.recognized_at IS NOT DISTINCT FROM OLD.recognized_at
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'hour_records is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'hour_records_append_only';
END $$;
ALTER TABLE imports DROP COLUMN take_back_reason;
ALTER TABLE imports DROP COLUMN taken_back_by;
ALTER TABLE imports DROP COLUMN taken_back_at;
ALTER TABLE imports DROP COLUMN held;
ALTER TABLE imports DROP COLUMN rows_decided;
ALTER TABLE imports DROP COLUMN rows_passed_over;
