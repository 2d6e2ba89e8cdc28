-- Suspected duplicates as groups: what a record is suspected with, and what a person decided about it.
CREATE TABLE duplicate_groups (
    id TEXT PRIMARY KEY NOT NULL,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    status TEXT NOT NULL CHECK (status IN ('open', 'decided', 'lapsed')),
    reason TEXT,
    opened_at TEXT NOT NULL,
    -- When it was decided, or lapsed.
    decided_at TEXT,
    decided_by TEXT REFERENCES users (id),
    CHECK ((status = 'open') = (decided_at IS NULL)),
    CHECK ((status = 'decided') = (decided_by IS NOT NULL))
) STRICT;
CREATE INDEX duplicate_groups_teacher ON duplicate_groups (teacher_id, status);
CREATE INDEX duplicate_groups_status ON duplicate_groups (status, id);

CREATE TABLE duplicate_group_members (
    group_id TEXT NOT NULL REFERENCES duplicate_groups (id),
    hour_record_id TEXT NOT NULL REFERENCES hour_records (id),
    -- What a person decided; NULL before.
    kept INTEGER CHECK (kept IN (0, 1)),
    PRIMARY KEY (group_id, hour_record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_group_members_record ON duplicate_group_members (hour_record_id);

-- The pairs of records become groups, each under the id of its first record.
CREATE TABLE duplicate_roots AS
WITH RECURSIVE chain (id, root) AS (
    SELECT id, duplicate_of FROM hour_records WHERE status = 'pending' AND duplicate_of IS NOT NULL
    UNION ALL
    SELECT chain.id, earlier.duplicate_of FROM chain INNER JOIN hour_records AS earlier ON earlier.id = chain.root
    WHERE earlier.status = 'pending' AND earlier.duplicate_of IS NOT NULL
)
SELECT id, MIN(root) AS root FROM chain GROUP BY id;
INSERT INTO duplicate_roots
SELECT id, id FROM hour_records
WHERE id IN (SELECT root FROM duplicate_roots) AND status IN ('pending', 'recognized');
DELETE FROM duplicate_roots WHERE root IN (SELECT root FROM duplicate_roots GROUP BY root HAVING COUNT(*) = 1);
INSERT INTO duplicate_groups (id, teacher_id, status, opened_at)
SELECT duplicate_roots.root, MIN(teacher_id), 'open', MIN(created_at)
FROM duplicate_roots INNER JOIN hour_records ON hour_records.id = duplicate_roots.id GROUP BY duplicate_roots.root;
INSERT INTO duplicate_group_members (group_id, hour_record_id) SELECT root, id FROM duplicate_roots;
DROP TABLE duplicate_roots;
-- What is suspected with nothing that is live, or is the first of its group, no longer waits for that.
UPDATE hour_records SET
    holds = holds - 4, hold = CASE WHEN (holds & 1) <> 0 THEN 'service_unconfirmed' ELSE 'decision' END
WHERE status = 'pending' AND (holds & 4) <> 0 AND NOT EXISTS (
    SELECT 1 FROM duplicate_group_members AS mine
    INNER JOIN duplicate_group_members AS other ON other.group_id = mine.group_id
    INNER JOIN hour_records AS first ON first.id = other.hour_record_id
    WHERE mine.hour_record_id = hour_records.id
      AND (first.status = 'recognized' OR first.id < hour_records.id)
);

DROP TRIGGER hour_records_no_edit;
ALTER TABLE hour_records DROP COLUMN duplicate_of;
CREATE TRIGGER hour_records_no_edit BEFORE UPDATE OF id, teacher_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, key_space, created_by, created_at, origin, import_id, former_id ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
