-- The mark of an activity's first day stands for all its days again.
DELETE FROM attendance AS mark
WHERE day > (
    SELECT min(day) FROM attendance AS other
    WHERE other.activity_id = mark.activity_id AND other.enrollment_id = mark.enrollment_id
);
ALTER TABLE attendance DROP CONSTRAINT attendance_activity_id_enrollment_id_day_key;
ALTER TABLE attendance ADD CONSTRAINT attendance_activity_id_enrollment_id_key UNIQUE (activity_id, enrollment_id);
ALTER TABLE attendance DROP COLUMN day;

UPDATE enrollments SET status = 'completed' WHERE status = 'not_completed';
ALTER TABLE enrollments DROP CONSTRAINT enrollments_status_check;
ALTER TABLE enrollments ADD CONSTRAINT enrollments_status_check CHECK (status IN ('nominated', 'announced', 'reviewed', 'admitted', 'rejected', 'completed', 'withdrawn', 'disqualified', 'cancelled'));
ALTER TABLE enrollments DROP COLUMN left_on;
ALTER TABLE enrollments DROP COLUMN admitted_on;

DROP TABLE activity_deliverers;
DROP TABLE activity_organizations;
ALTER TABLE activities DROP COLUMN dimension;
ALTER TABLE activities DROP COLUMN status_reason;
ALTER TABLE activities DROP COLUMN status;
ALTER TABLE projects DROP COLUMN dimension;
