-- Policies by county with their two times; certificate numbers by prefix; the dimension 三修 of hour records.
-- A bureau; the policy holds for it and all below it. The root's is the default.
ALTER TABLE policies ADD COLUMN organization_id uuid REFERENCES organizations (id);
UPDATE policies SET organization_id = (SELECT id FROM organizations WHERE parent_id IS NULL);
ALTER TABLE policies ALTER COLUMN organization_id SET NOT NULL;
-- The calendar (cycles, first day of the year, month basis): of the root's policies alone.
ALTER TABLE policies ALTER COLUMN cycle_years DROP NOT NULL;
ALTER TABLE policies ALTER COLUMN cycle_first_year DROP NOT NULL;
-- MM-DD
ALTER TABLE policies ADD COLUMN year_starts_on text;
UPDATE policies SET year_starts_on = lpad(year_starts_month::text, 2, '0') || '-01';
ALTER TABLE policies DROP COLUMN year_starts_month;
ALTER TABLE policies ADD COLUMN month_basis text CHECK (month_basis IN ('elapsed', 'calendar'));
UPDATE policies SET month_basis = 'calendar';
ALTER TABLE policies ADD CHECK (num_nulls(cycle_years, cycle_first_year, year_starts_on, month_basis) IN (0, 4));
ALTER TABLE policies ADD COLUMN leave_counts_as_missed boolean NOT NULL DEFAULT true;
ALTER TABLE policies ADD COLUMN look_back_years integer NOT NULL DEFAULT 1 CHECK (look_back_years >= 0);
ALTER TABLE policies ADD COLUMN hours_per_day integer NOT NULL DEFAULT 800 CHECK (hours_per_day > 0);
-- JSON: hours by tier, by dimension, by mode.
ALTER TABLE policies ADD COLUMN tier_caps text NOT NULL DEFAULT '{}';
ALTER TABLE policies ADD COLUMN dimension_minimums text NOT NULL DEFAULT '{}';
ALTER TABLE policies ADD COLUMN hours_per_credit text NOT NULL DEFAULT '{}';
ALTER TABLE policies ADD COLUMN own_team_reviewers integer NOT NULL DEFAULT 0 CHECK (own_team_reviewers >= 0);
ALTER TABLE policies
    ALTER COLUMN leave_counts_as_missed DROP DEFAULT,
    ALTER COLUMN look_back_years DROP DEFAULT,
    ALTER COLUMN hours_per_day DROP DEFAULT,
    ALTER COLUMN tier_caps DROP DEFAULT,
    ALTER COLUMN dimension_minimums DROP DEFAULT,
    ALTER COLUMN hours_per_credit DROP DEFAULT,
    ALTER COLUMN own_team_reviewers DROP DEFAULT;
-- Without one, a county's certificates are numbered in the root's series.
ALTER TABLE policies ALTER COLUMN certificate_prefix DROP NOT NULL;
ALTER TABLE policies RENAME COLUMN created_at TO recorded_at;
-- When the policy was withdrawn before it came into force, or replaced by one of the same day.
ALTER TABLE policies ADD COLUMN retired_at timestamp;
ALTER TABLE policies ADD COLUMN retired_by uuid REFERENCES users (id);
ALTER TABLE policies ADD COLUMN replaced_by uuid REFERENCES policies (id);
ALTER TABLE policies ADD CHECK (retired_at IS NOT NULL OR replaced_by IS NULL);
ALTER TABLE policies DROP CONSTRAINT policies_effective_from_key;
CREATE UNIQUE INDEX policies_effective_from ON policies (organization_id, effective_from) WHERE retired_at IS NULL;

-- The numbers of a year and award are unique under a prefix. A number ends with its year, sign and sequence.
ALTER TABLE certifications ADD COLUMN number_prefix text COLLATE "C";
UPDATE certifications
SET number_prefix = left(number, length(number) - length(format('%s-示-', number_year))
    - greatest(4, length(number_sequence::text)))
WHERE number IS NOT NULL;
ALTER TABLE certifications DROP CONSTRAINT certifications_number_year_award_number_sequence_key;
ALTER TABLE certifications ADD UNIQUE (number_prefix, number_year, award, number_sequence);

-- The last number issued per prefix, year and award. Locking the row keeps the numbers free of gaps.
DROP TABLE certificate_counters;
CREATE TABLE certificate_counters (
    prefix text COLLATE "C" NOT NULL,
    number_year integer NOT NULL,
    award text NOT NULL,
    last_sequence integer NOT NULL,
    PRIMARY KEY (prefix, number_year, award)
);
INSERT INTO certificate_counters
SELECT number_prefix, number_year, award, max(number_sequence) FROM certifications
WHERE number IS NOT NULL GROUP BY number_prefix, number_year, award;

ALTER TABLE hour_records ADD COLUMN dimension text CHECK (dimension IN ('ethics', 'knowledge', 'skill'));
