-- Appointments with two times: when a spell held, and when it was recorded. Nothing recorded is overwritten: a correction
-- retires a statement and adds another that names it.
ALTER TABLE appointments DROP CONSTRAINT appointments_teacher_id_starts_on_key;
DROP INDEX appointments_open;
ALTER TABLE appointments RENAME COLUMN created_at TO recorded_at;
ALTER TABLE appointments
    ADD COLUMN end_reason text CHECK (end_reason IN ('transfer', 'retired', 'resigned', 'dismissed', 'contract_end', 'secondment_end', 'deceased', 'other')),
    -- Why the statement was made.
    ADD COLUMN reason text COLLATE "C",
    ADD COLUMN corrects_id uuid REFERENCES appointments (id),
    -- NULL while the statement is only reported.
    ADD COLUMN confirmed_at timestamp,
    ADD COLUMN confirmed_by uuid REFERENCES users (id),
    -- NULL for what the program recorded.
    ADD COLUMN recorded_by uuid REFERENCES users (id),
    -- NULL while the statement stands.
    ADD COLUMN retired_at timestamp,
    ADD COLUMN retired_by uuid REFERENCES users (id),
    ADD COLUMN retired_reason text COLLATE "C",
    ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE appointments ALTER COLUMN version DROP DEFAULT;

-- What is there becomes confirmed. The last spell ends with the teacher's last day, for the reason that the status gives;
-- an earlier one ended with a transfer.
UPDATE appointments SET confirmed_at = recorded_at, ends_on = spells.ends_on,
    end_reason = CASE WHEN spells.ends_on IS NULL THEN NULL WHEN later THEN 'transfer' WHEN status = 'retired' THEN 'retired' ELSE 'other' END
FROM (
    SELECT spell.id, later, teachers.status,
        CASE WHEN later OR teachers.left_on < spell.starts_on THEN spell.ends_on ELSE teachers.left_on END AS ends_on
    FROM (
        SELECT *, EXISTS (SELECT 1 FROM appointments AS next WHERE next.teacher_id = appointments.teacher_id AND next.starts_on > appointments.starts_on) AS later
        FROM appointments
    ) AS spell JOIN teachers ON teachers.id = spell.teacher_id
) AS spells
WHERE spells.id = appointments.id;

-- A teacher without appointments has served at the present organization all along.
INSERT INTO appointments (id, teacher_id, organization_id, starts_on, ends_on, end_reason, confirmed_at, recorded_at, version)
SELECT id, id, organization_id, joined_on, left_on,
    CASE WHEN left_on IS NULL THEN NULL WHEN status = 'retired' THEN 'retired' ELSE 'other' END, created_at, created_at, 1
FROM teachers WHERE id NOT IN (SELECT teacher_id FROM appointments);

ALTER TABLE appointments
    ADD CONSTRAINT appointments_end CHECK ((ends_on IS NULL) = (end_reason IS NULL)),
    ADD CONSTRAINT appointments_retirement CHECK ((retired_at IS NULL) = (retired_reason IS NULL));
CREATE INDEX appointments_teacher ON appointments (teacher_id, starts_on);
CREATE INDEX appointments_waiting ON appointments (teacher_id) WHERE confirmed_at IS NULL AND retired_at IS NULL;
CREATE INDEX appointments_corrects ON appointments (corrects_id);
-- Confirmed spells that stand do not overlap.
CREATE UNIQUE INDEX appointments_first_day ON appointments (teacher_id, starts_on) WHERE confirmed_at IS NOT NULL AND retired_at IS NULL;
CREATE UNIQUE INDEX appointments_open ON appointments (teacher_id) WHERE ends_on IS NULL AND confirmed_at IS NOT NULL AND retired_at IS NULL;

-- What a statement says never changes; only its confirmation and its retirement are added. Nothing is deleted.
CREATE FUNCTION guard_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    added CONSTANT text[] := ARRAY['confirmed_at', 'confirmed_by', 'retired_at', 'retired_by', 'retired_reason', 'version'];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - added) = (to_jsonb(OLD) - added) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'appointments is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'appointments_append_only';
END $$;
CREATE TRIGGER appointments_append_only BEFORE UPDATE OR DELETE ON appointments FOR EACH ROW EXECUTE FUNCTION guard_appointment();

-- Whether a spell of the teacher is confirmed; follows from the appointments, like organization, first and last day.
ALTER TABLE teachers ADD COLUMN service_confirmed boolean NOT NULL DEFAULT true;

-- What a pending record waits for.
ALTER TABLE hour_records ADD COLUMN hold text CHECK (hold IN ('service_unconfirmed', 'own', 'suspected', 'flagged', 'project_end', 'decision'));
ALTER TABLE hour_records DISABLE TRIGGER hour_records_append_only;
UPDATE hour_records SET hold = 'decision' WHERE status = 'pending';
ALTER TABLE hour_records ENABLE TRIGGER hour_records_append_only;
-- Where a record counts is no content: it follows the appointments. Nor is what it waits for.
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

-- Keys of the bureau and of training schools that enter teachers go on confirming what they enter.
UPDATE api_keys SET scopes = scopes || ' appointments.confirm'
WHERE ' ' || scopes || ' ' LIKE '% teachers.write %'
    AND organization_id IN (SELECT id FROM organizations WHERE kind IN ('bureau', 'training_school'));

ALTER TABLE imports ADD COLUMN rows_transferred integer NOT NULL DEFAULT 0;

-- The day up to which everything is computed that follows from the date alone; NULL before the first start.
CREATE TABLE rollover (
    id integer PRIMARY KEY NOT NULL CHECK (id = 1),
    rolled_to date
);
INSERT INTO rollover (id, rolled_to) VALUES (1, NULL);
