-- 学时 have two decimals: hours are stored in hundredths, no longer in tenths.
UPDATE policies SET annual_hours = annual_hours * 10, cycle_hours = cycle_hours * 10;
UPDATE projects SET planned_hours = planned_hours * 10;
UPDATE phases SET planned_hours = planned_hours * 10;
UPDATE activities SET hours = hours * 10;
UPDATE teacher_years SET recognized_hours = recognized_hours * 10, pending_hours = pending_hours * 10;
DROP TRIGGER hour_records_no_edit;
UPDATE hour_records SET hours = hours * 10;
CREATE TRIGGER hour_records_no_edit BEFORE UPDATE OF id, teacher_id, organization_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, key_space, duplicate_of, created_by, created_at ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
