DROP INDEX teacher_years_closing;
ALTER TABLE teacher_years DROP COLUMN after_closing;
ALTER TABLE teacher_years DROP COLUMN closed_missed;
ALTER TABLE teacher_years DROP COLUMN closed_counted_hours;
ALTER TABLE teacher_years DROP COLUMN closed_recognized_hours;
ALTER TABLE teacher_years DROP COLUMN closing_id;
DROP TABLE closed_teacher_years;
DROP TABLE year_closings;
DROP FUNCTION guard_year_closing();
CREATE OR REPLACE FUNCTION guard_hour_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := ARRAY['status', 'status_reason', 'decided_by', 'decided_at', 'hold', 'organization_id'];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free) THEN
        IF (OLD.status = 'pending' AND NEW.status IN ('recognized', 'rejected')) OR (OLD.status = 'recognized' AND NEW.status = 'voided')
        THEN
            RETURN NEW;
        END IF;
        IF NEW.status = OLD.status AND NEW.status_reason IS NOT DISTINCT FROM OLD.status_reason
            AND NEW.decided_by IS NOT DISTINCT FROM OLD.decided_by AND NEW.decided_at IS NOT DISTINCT FROM OLD.decided_at
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'hour_records is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'hour_records_append_only';
END $$;
ALTER TABLE hour_records DROP COLUMN recognized_at;
