-- When a record was recognised, kept when it is voided: a closing counts what was recognised at its instant.
ALTER TABLE hour_records ADD COLUMN recognized_at timestamp;
ALTER TABLE hour_records DISABLE TRIGGER hour_records_append_only;
UPDATE hour_records SET recognized_at = COALESCE(decided_at, created_at) WHERE status = 'recognized';
ALTER TABLE hour_records ENABLE TRIGGER hour_records_append_only;
CREATE OR REPLACE FUNCTION guard_hour_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := ARRAY['status', 'status_reason', 'decided_by', 'decided_at', 'recognized_at', 'hold', 'organization_id'];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free) THEN
        IF OLD.status = 'pending' AND NEW.status = 'recognized' THEN
            RETURN NEW;
        END IF;
        IF ((OLD.status = 'pending' AND NEW.status = 'rejected') OR (OLD.status = 'recognized' AND NEW.status = 'voided'))
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

-- Closings of training years, a bureau's each. A reopened one is kept.
CREATE TABLE year_closings (
    id uuid PRIMARY KEY NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    training_year integer NOT NULL,
    closed_at timestamp NOT NULL,
    closed_by uuid NOT NULL REFERENCES users (id),
    -- JSON: the kinds of open matters that were waived, with counts and reasons.
    waivers text NOT NULL,
    note text,
    -- SHA-256 of the snapshot, also in the audit log.
    content_hash text NOT NULL,
    reopened_at timestamp,
    reopened_by uuid REFERENCES users (id),
    reopen_reason text
);
CREATE UNIQUE INDEX year_closings_open ON year_closings (organization_id, training_year) WHERE reopened_at IS NULL;

-- The snapshot of a closing: the teachers whose year belonged to the bureau. Hours in hundredths.
CREATE TABLE closed_teacher_years (
    closing_id uuid NOT NULL REFERENCES year_closings (id),
    teacher_id uuid NOT NULL REFERENCES teachers (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    -- Path and name at the time.
    organization_path text COLLATE "C" NOT NULL,
    organization_name text NOT NULL,
    required_hours integer NOT NULL,
    recognized_hours integer NOT NULL,
    pending_hours integer NOT NULL,
    counted_hours integer NOT NULL,
    minimum_missed boolean NOT NULL,
    status text NOT NULL,
    PRIMARY KEY (closing_id, teacher_id)
);
CREATE FUNCTION guard_year_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := ARRAY['reopened_at', 'reopened_by', 'reopen_reason'];
BEGIN
    IF TG_TABLE_NAME = 'year_closings' AND TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'year_closings_append_only';
END $$;
CREATE TRIGGER year_closings_append_only BEFORE UPDATE OR DELETE ON year_closings FOR EACH ROW EXECUTE FUNCTION guard_year_closing();
CREATE TRIGGER closed_teacher_years_append_only BEFORE UPDATE OR DELETE ON closed_teacher_years FOR EACH ROW EXECUTE FUNCTION guard_year_closing();

-- The closing that froze a teacher's year, with the hours of its snapshot; what the year requires stays in its columns.
ALTER TABLE teacher_years ADD COLUMN closing_id uuid REFERENCES year_closings (id);
ALTER TABLE teacher_years ADD COLUMN closed_recognized_hours integer;
ALTER TABLE teacher_years ADD COLUMN closed_counted_hours integer;
ALTER TABLE teacher_years ADD COLUMN closed_missed boolean;
-- Whether the year came to a bureau after the bureau had closed it: no snapshot has it.
ALTER TABLE teacher_years ADD COLUMN after_closing boolean NOT NULL DEFAULT FALSE;
CREATE INDEX teacher_years_closing ON teacher_years (closing_id) WHERE closing_id IS NOT NULL;
