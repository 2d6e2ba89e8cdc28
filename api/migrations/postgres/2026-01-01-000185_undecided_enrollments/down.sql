-- What was closed with its project becomes a rejection; the reason tells it apart.
UPDATE enrollments SET status = 'rejected' WHERE status = 'cancelled';
ALTER TABLE enrollments DROP CONSTRAINT enrollments_status_check;
ALTER TABLE enrollments ADD CONSTRAINT enrollments_status_check CHECK (status IN ('nominated', 'announced', 'reviewed', 'admitted', 'rejected', 'completed', 'withdrawn', 'disqualified'));
