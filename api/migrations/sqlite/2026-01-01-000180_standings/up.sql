-- What a training year asks of a teacher, and to which organization it belongs. The program computes both at its start.
ALTER TABLE teacher_years DROP COLUMN reduced_months;
-- NULL without any service.
ALTER TABLE teacher_years ADD COLUMN organization_id TEXT REFERENCES organizations (id);
ALTER TABLE teacher_years ADD COLUMN serves INTEGER NOT NULL DEFAULT 0 CHECK (serves IN (0, 1));
-- A bit for each month of the year that is owed.
ALTER TABLE teacher_years ADD COLUMN owed_months INTEGER NOT NULL DEFAULT 0;
-- Hours in hundredths: of a full year, of a full cycle, of this year, and of this year in its cycle.
ALTER TABLE teacher_years ADD COLUMN annual_hours INTEGER NOT NULL DEFAULT 0;
ALTER TABLE teacher_years ADD COLUMN cycle_hours INTEGER NOT NULL DEFAULT 0;
ALTER TABLE teacher_years ADD COLUMN required_hours INTEGER NOT NULL DEFAULT 0;
ALTER TABLE teacher_years ADD COLUMN credit_hours INTEGER NOT NULL DEFAULT 0;
-- What counts of the recognised hours where the policy caps tiers; NULL where it does not.
ALTER TABLE teacher_years ADD COLUMN counted_hours INTEGER;
-- Whether a dimension 三修 lacks the hours that the policy asks for.
ALTER TABLE teacher_years ADD COLUMN minimum_missed INTEGER NOT NULL DEFAULT 0 CHECK (minimum_missed IN (0, 1));
CREATE INDEX teacher_years_without ON teacher_years (teacher_id) WHERE organization_id IS NULL;
CREATE INDEX teacher_years_organization ON teacher_years (training_year, organization_id);

-- By which version of the rules the years are computed, and to which year.
CREATE TABLE standing_state (
    rules INTEGER PRIMARY KEY NOT NULL,
    last_year INTEGER NOT NULL
) STRICT;
