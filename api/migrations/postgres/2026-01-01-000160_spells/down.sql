-- Statements that were only reported, corrected or taken back are lost.
DROP TABLE rollover;
ALTER TABLE imports DROP COLUMN rows_transferred;
UPDATE api_keys SET scopes = replace(scopes, ' appointments.confirm', '');
CREATE OR REPLACE FUNCTION guard_hour_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (to_jsonb(NEW) - ARRAY['status', 'status_reason', 'decided_by', 'decided_at'])
            = (to_jsonb(OLD) - ARRAY['status', 'status_reason', 'decided_by', 'decided_at'])
        AND ((OLD.status = 'pending' AND NEW.status IN ('recognized', 'rejected'))
            OR (OLD.status = 'recognized' AND NEW.status = 'voided'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'hour_records is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'hour_records_append_only';
END $$;
ALTER TABLE hour_records DROP COLUMN hold;
ALTER TABLE teachers DROP COLUMN service_confirmed;
DROP TRIGGER appointments_append_only ON appointments;
DROP FUNCTION guard_appointment();
ALTER TABLE appointments DROP COLUMN corrects_id;
DELETE FROM appointments WHERE confirmed_at IS NULL OR retired_at IS NOT NULL;
DROP INDEX appointments_teacher, appointments_waiting, appointments_first_day, appointments_open;
ALTER TABLE appointments
    DROP CONSTRAINT appointments_end,
    DROP CONSTRAINT appointments_retirement,
    DROP COLUMN end_reason,
    DROP COLUMN reason,
    DROP COLUMN confirmed_at,
    DROP COLUMN confirmed_by,
    DROP COLUMN recorded_by,
    DROP COLUMN retired_at,
    DROP COLUMN retired_by,
    DROP COLUMN retired_reason,
    DROP COLUMN version;
ALTER TABLE appointments RENAME COLUMN recorded_at TO created_at;
ALTER TABLE appointments ADD CONSTRAINT appointments_teacher_id_starts_on_key UNIQUE (teacher_id, starts_on);
CREATE UNIQUE INDEX appointments_open ON appointments (teacher_id) WHERE ends_on IS NULL;
