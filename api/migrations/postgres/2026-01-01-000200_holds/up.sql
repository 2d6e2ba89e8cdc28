-- All that a pending record waits for, what is implausible about it, where it comes from; withdrawn and returned records.
ALTER TABLE hour_records DISABLE TRIGGER hour_records_append_only;
-- Bits, in the order of hold's check: all that the record waits for; hold is the first.
ALTER TABLE hour_records ADD COLUMN holds integer NOT NULL DEFAULT 0;
-- Bits: above_day_limit, day_overlap, outside_year, not_over, before_service.
ALTER TABLE hour_records ADD COLUMN flags integer NOT NULL DEFAULT 0;
-- The 来源 that a file states under another source.
ALTER TABLE hour_records ADD COLUMN origin text;
-- The import's row is written after its records.
ALTER TABLE hour_records ADD COLUMN import_id uuid REFERENCES imports (id) DEFERRABLE INITIALLY DEFERRED;
-- The record that this one restores or corrects.
ALTER TABLE hour_records ADD COLUMN former_id uuid REFERENCES hour_records (id);
UPDATE hour_records SET
    hold = CASE WHEN hold = 'service_unconfirmed' THEN hold WHEN duplicate_of IS NOT NULL THEN 'suspected' ELSE 'decision' END,
    holds = 32 + (CASE WHEN hold = 'service_unconfirmed' THEN 1 ELSE 0 END)
        + (CASE WHEN duplicate_of IS NOT NULL THEN 4 ELSE 0 END)
WHERE status = 'pending';
UPDATE hour_records SET hold = NULL WHERE status <> 'pending' AND hold IS NOT NULL;
ALTER TABLE hour_records ENABLE TRIGGER hour_records_append_only;
ALTER TABLE hour_records DROP CONSTRAINT hour_records_status_check;
ALTER TABLE hour_records ADD CONSTRAINT hour_records_status_check
    CHECK (status IN ('pending', 'recognized', 'rejected', 'withdrawn', 'returned', 'voided'));
ALTER TABLE hour_records DROP CONSTRAINT hour_records_check1;
ALTER TABLE hour_records ADD CONSTRAINT hour_records_check1
    CHECK (status NOT IN ('rejected', 'returned', 'voided') OR status_reason IS NOT NULL);
DROP INDEX hour_records_ended;
CREATE INDEX hour_records_ended ON hour_records (source, source_key) WHERE status IN ('rejected', 'returned', 'voided');
CREATE INDEX hour_records_import ON hour_records (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX hour_records_former ON hour_records (former_id) WHERE former_id IS NOT NULL;
CREATE INDEX hour_records_not_over ON hour_records (ends_on) WHERE status = 'pending' AND (flags & 8) <> 0;
CREATE OR REPLACE FUNCTION guard_hour_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := ARRAY['status', 'status_reason', 'decided_by', 'decided_at', 'recognized_at', 'hold', 'organization_id', 'holds', 'flags'];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free) THEN
        IF OLD.status = 'pending' AND NEW.status = 'recognized' THEN
            RETURN NEW;
        END IF;
        IF ((OLD.status = 'pending' AND NEW.status IN ('rejected', 'withdrawn', 'returned')) OR (OLD.status = 'recognized' AND NEW.status = 'voided'))
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

-- What a report counts besides, and who took the import back.
ALTER TABLE imports ADD COLUMN rows_passed_over integer NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN rows_decided integer NOT NULL DEFAULT 0;
-- JSON: rows by hold, in a list.
ALTER TABLE imports ADD COLUMN held text NOT NULL DEFAULT '[]';
ALTER TABLE imports ADD COLUMN taken_back_at timestamp;
ALTER TABLE imports ADD COLUMN taken_back_by uuid REFERENCES users (id);
ALTER TABLE imports ADD COLUMN take_back_reason text;
