-- Fails if two prefixes have the same number in a year. The policies of counties, and retired ones, are lost.
ALTER TABLE hour_records DROP COLUMN dimension;

DROP TABLE certificate_counters;
CREATE TABLE certificate_counters (
    number_year integer NOT NULL,
    award text NOT NULL,
    last_sequence integer NOT NULL,
    PRIMARY KEY (number_year, award)
);
INSERT INTO certificate_counters
SELECT number_year, award, max(number_sequence) FROM certifications
WHERE number IS NOT NULL GROUP BY number_year, award;
ALTER TABLE certifications DROP COLUMN number_prefix;
ALTER TABLE certifications ADD UNIQUE (number_year, award, number_sequence);

DELETE FROM policies WHERE cycle_years IS NULL;
UPDATE policies SET replaced_by = NULL;
DELETE FROM policies WHERE retired_at IS NOT NULL;
DROP INDEX policies_effective_from;
ALTER TABLE policies ADD UNIQUE (effective_from);
ALTER TABLE policies ADD COLUMN year_starts_month integer CHECK (year_starts_month BETWEEN 1 AND 12);
UPDATE policies SET year_starts_month = left(year_starts_on, 2)::integer;
ALTER TABLE policies
    ALTER COLUMN year_starts_month SET NOT NULL,
    ALTER COLUMN cycle_years SET NOT NULL,
    ALTER COLUMN cycle_first_year SET NOT NULL,
    ALTER COLUMN certificate_prefix SET NOT NULL,
    DROP COLUMN organization_id,
    DROP COLUMN year_starts_on,
    DROP COLUMN month_basis,
    DROP COLUMN leave_counts_as_missed,
    DROP COLUMN look_back_years,
    DROP COLUMN hours_per_day,
    DROP COLUMN tier_caps,
    DROP COLUMN dimension_minimums,
    DROP COLUMN hours_per_credit,
    DROP COLUMN own_team_reviewers,
    DROP COLUMN retired_at,
    DROP COLUMN retired_by,
    DROP COLUMN replaced_by;
ALTER TABLE policies RENAME COLUMN recorded_at TO created_at;
