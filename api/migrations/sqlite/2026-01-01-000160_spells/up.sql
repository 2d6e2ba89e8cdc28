-- Appointments with two times: when a spell held, and when it was recorded. Nothing recorded is overwritten: a correction
-- retires a statement and adds another that names it.
DROP INDEX appointments_organization;
DROP INDEX appointments_open;
ALTER TABLE appointments RENAME TO former_appointments;
CREATE TABLE appointments (
    id TEXT PRIMARY KEY NOT NULL,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    end_reason TEXT CHECK (end_reason IN ('transfer', 'retired', 'resigned', 'dismissed', 'contract_end', 'secondment_end', 'deceased', 'other')),
    -- Why the statement was made.
    reason TEXT,
    corrects_id TEXT REFERENCES appointments (id),
    -- NULL while the statement is only reported.
    confirmed_at TEXT,
    confirmed_by TEXT REFERENCES users (id),
    recorded_at TEXT NOT NULL,
    -- NULL for what the program recorded.
    recorded_by TEXT REFERENCES users (id),
    -- NULL while the statement stands.
    retired_at TEXT,
    retired_by TEXT REFERENCES users (id),
    retired_reason TEXT,
    version INTEGER NOT NULL,
    CHECK (ends_on IS NULL OR ends_on >= starts_on),
    CHECK ((ends_on IS NULL) = (end_reason IS NULL)),
    CHECK ((retired_at IS NULL) = (retired_reason IS NULL))
) STRICT;

-- What is there becomes confirmed. The last spell ends with the teacher's last day, for the reason that the status gives;
-- an earlier one ended with a transfer.
INSERT INTO appointments (id, teacher_id, organization_id, starts_on, ends_on, end_reason, confirmed_at, recorded_at, version)
SELECT id, teacher_id, organization_id, starts_on, ends_on,
    CASE WHEN ends_on IS NULL THEN NULL WHEN later THEN 'transfer' WHEN status = 'retired' THEN 'retired' ELSE 'other' END,
    created_at, created_at, 1
FROM (
    SELECT former_appointments.id, former_appointments.teacher_id, former_appointments.organization_id, later, teachers.status,
        former_appointments.starts_on, former_appointments.created_at,
        CASE WHEN later OR teachers.left_on < former_appointments.starts_on THEN former_appointments.ends_on ELSE teachers.left_on END AS ends_on
    FROM (
        SELECT *, EXISTS (SELECT 1 FROM former_appointments AS next WHERE next.teacher_id = spell.teacher_id AND next.starts_on > spell.starts_on) AS later
        FROM former_appointments AS spell
    ) AS former_appointments JOIN teachers ON teachers.id = former_appointments.teacher_id
) AS spells;
DROP TABLE former_appointments;

-- A teacher without appointments has served at the present organization all along.
INSERT INTO appointments (id, teacher_id, organization_id, starts_on, ends_on, end_reason, confirmed_at, recorded_at, version)
SELECT id, id, organization_id, joined_on, left_on,
    CASE WHEN left_on IS NULL THEN NULL WHEN status = 'retired' THEN 'retired' ELSE 'other' END, created_at, created_at, 1
FROM teachers WHERE id NOT IN (SELECT teacher_id FROM appointments);

CREATE INDEX appointments_teacher ON appointments (teacher_id, starts_on);
CREATE INDEX appointments_organization ON appointments (organization_id);
CREATE INDEX appointments_waiting ON appointments (teacher_id) WHERE confirmed_at IS NULL AND retired_at IS NULL;
CREATE INDEX appointments_corrects ON appointments (corrects_id);
-- Confirmed spells that stand do not overlap.
CREATE UNIQUE INDEX appointments_first_day ON appointments (teacher_id, starts_on) WHERE confirmed_at IS NOT NULL AND retired_at IS NULL;
CREATE UNIQUE INDEX appointments_open ON appointments (teacher_id) WHERE ends_on IS NULL AND confirmed_at IS NOT NULL AND retired_at IS NULL;

-- What a statement says never changes; only its confirmation and its retirement are added. Nothing is deleted.
CREATE TRIGGER appointments_no_edit BEFORE UPDATE OF id, teacher_id, organization_id, starts_on, ends_on, end_reason, reason, corrects_id, recorded_at, recorded_by ON appointments
BEGIN SELECT RAISE(ABORT, 'appointments is append-only'); END;
CREATE TRIGGER appointments_no_delete BEFORE DELETE ON appointments BEGIN SELECT RAISE(ABORT, 'appointments is append-only'); END;

-- Whether a spell of the teacher is confirmed; follows from the appointments, like organization, first and last day.
ALTER TABLE teachers ADD COLUMN service_confirmed INTEGER NOT NULL DEFAULT 1;

-- What a pending record waits for.
ALTER TABLE hour_records ADD COLUMN hold TEXT CHECK (hold IN ('service_unconfirmed', 'own', 'suspected', 'flagged', 'project_end', 'decision'));
DROP TRIGGER hour_records_no_edit;
UPDATE hour_records SET hold = 'decision' WHERE status = 'pending';
-- Where a record counts is no content: it follows the appointments.
CREATE TRIGGER hour_records_no_edit BEFORE UPDATE OF id, teacher_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, key_space, duplicate_of, created_by, created_at ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;

-- Keys of the bureau and of training schools that enter teachers go on confirming what they enter.
UPDATE api_keys SET scopes = scopes || ' appointments.confirm'
WHERE ' ' || scopes || ' ' LIKE '% teachers.write %'
    AND organization_id IN (SELECT id FROM organizations WHERE kind IN ('bureau', 'training_school'));

ALTER TABLE imports ADD COLUMN rows_transferred INTEGER NOT NULL DEFAULT 0;

-- The day up to which everything is computed that follows from the date alone; NULL before the first start.
CREATE TABLE rollover (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    rolled_to TEXT
) STRICT;
INSERT INTO rollover (id, rolled_to) VALUES (1, NULL);
