ALTER TABLE hour_records ADD COLUMN duplicate_of uuid REFERENCES hour_records (id);
ALTER TABLE hour_records DISABLE TRIGGER hour_records_append_only;
UPDATE hour_records SET duplicate_of = (
    SELECT MIN(other.hour_record_id::text)::uuid FROM duplicate_groups
    INNER JOIN duplicate_group_members AS mine ON mine.group_id = duplicate_groups.id
    INNER JOIN duplicate_group_members AS other ON other.group_id = duplicate_groups.id
    WHERE duplicate_groups.status = 'open' AND mine.hour_record_id = hour_records.id AND other.hour_record_id <> mine.hour_record_id
)
WHERE status = 'pending' AND (holds & 4) <> 0;
ALTER TABLE hour_records ENABLE TRIGGER hour_records_append_only;
DROP TABLE duplicate_group_members;
DROP TABLE duplicate_groups;
