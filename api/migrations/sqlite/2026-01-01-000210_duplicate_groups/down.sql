DROP TRIGGER hour_records_no_edit;
ALTER TABLE hour_records ADD COLUMN duplicate_of TEXT REFERENCES hour_records (id);
UPDATE hour_records SET duplicate_of = (
    SELECT MIN(other.hour_record_id) FROM duplicate_groups
    INNER JOIN duplicate_group_members AS mine ON mine.group_id = duplicate_groups.id
    INNER JOIN duplicate_group_members AS other ON other.group_id = duplicate_groups.id
    WHERE duplicate_groups.status = 'open' AND mine.hour_record_id = hour_records.id AND other.hour_record_id <> mine.hour_record_id
)
WHERE status = 'pending' AND (holds & 4) <> 0;
CREATE TRIGGER hour_records_no_edit BEFORE UPDATE OF id, teacher_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, key_space, duplicate_of, created_by, created_at, origin, import_id, former_id ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
DROP TABLE duplicate_group_members;
DROP TABLE duplicate_groups;
