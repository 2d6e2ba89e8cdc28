-- 学时 have two decimals: hours are stored in hundredths, no longer in tenths.
UPDATE policies SET annual_hours = annual_hours * 10, cycle_hours = cycle_hours * 10;
UPDATE projects SET planned_hours = planned_hours * 10;
UPDATE phases SET planned_hours = planned_hours * 10;
UPDATE activities SET hours = hours * 10;
UPDATE teacher_years SET recognized_hours = recognized_hours * 10, pending_hours = pending_hours * 10;
ALTER TABLE hour_records DISABLE TRIGGER hour_records_append_only;
UPDATE hour_records SET hours = hours * 10;
ALTER TABLE hour_records ENABLE TRIGGER hour_records_append_only;
