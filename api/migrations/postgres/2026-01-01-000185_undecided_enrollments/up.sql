-- What is undecided when a project ends is closed with it, as `cancelled` 已取消.
ALTER TABLE enrollments DROP CONSTRAINT enrollments_status_check;
ALTER TABLE enrollments ADD CONSTRAINT enrollments_status_check CHECK (status IN ('nominated', 'announced', 'reviewed', 'admitted', 'rejected', 'completed', 'withdrawn', 'disqualified', 'cancelled'));

-- Those of projects that have ended already. An empty outbox is filled by the program.
INSERT INTO outbox (last_seq, first_seq, type, at, path, ids)
SELECT head + number, head + number, 'enrollment.updated', now() AT TIME ZONE 'utc', NULL, uuid_send(id)
FROM (
    SELECT enrollments.id, row_number() OVER (ORDER BY enrollments.id) AS number,
        (SELECT max(last_seq) FROM outbox) AS head
    FROM enrollments JOIN projects ON projects.id = enrollments.project_id
    WHERE enrollments.status IN ('nominated', 'announced', 'reviewed')
        AND projects.status IN ('completed', 'archived', 'cancelled')
) AS undecided
WHERE head > 0;
UPDATE enrollments
SET status = 'cancelled', reason = '项目已结束', version = version + 1, updated_at = now() AT TIME ZONE 'utc'
WHERE status IN ('nominated', 'announced', 'reviewed')
    AND project_id IN (SELECT id FROM projects WHERE status IN ('completed', 'archived', 'cancelled'));
