-- Sources of hour records, each owned by an organization. A name is never given again, so no row is deleted.
CREATE TABLE sources (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL CHECK (lower(name) NOT IN ('manual', 'project', 'import')),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    -- When a record was last written under the source.
    last_record_at TEXT
) STRICT;
CREATE UNIQUE INDEX sources_name ON sources (lower(name));
CREATE INDEX sources_organization ON sources (organization_id);

-- Sources that are in use already belong to the root organization. The first record gives the id, the spelling and the
-- author; records under another spelling keep it.
INSERT INTO sources (id, name, organization_id, created_by, created_at, last_record_at)
SELECT min(hour_records.id), source, (SELECT id FROM organizations WHERE parent_id IS NULL), created_by, created_at,
    (SELECT max(created_at) FROM hour_records AS latest WHERE lower(latest.source) = lower(hour_records.source))
FROM hour_records
WHERE lower(source) NOT IN ('manual', 'project', 'import')
GROUP BY lower(source);

-- The source for which a key is made.
ALTER TABLE api_keys ADD COLUMN source_id TEXT REFERENCES sources (id);
CREATE INDEX api_keys_source ON api_keys (source_id);

-- A key of the root organization that has recorded under one source keeps that source.
UPDATE api_keys SET source_id = (
    SELECT sources.id FROM sources WHERE lower(sources.name) = (
        SELECT min(lower(hour_records.source)) FROM hour_records
        WHERE hour_records.created_by = api_keys.user_id
            AND lower(hour_records.source) NOT IN ('manual', 'project', 'import')
        HAVING count(DISTINCT lower(hour_records.source)) = 1
    )
)
WHERE organization_id IN (SELECT id FROM organizations WHERE parent_id IS NULL);

-- Within `manual` and `import` an external id is unique for the organization of the person who entered the record:
-- its id; empty for every other key.
ALTER TABLE hour_records ADD COLUMN key_space TEXT NOT NULL DEFAULT '';
DROP TRIGGER hour_records_no_edit;
UPDATE hour_records SET key_space = (SELECT users.organization_id FROM users WHERE users.id = hour_records.created_by)
WHERE source IN ('manual', 'import') AND external_id IS NOT NULL;
CREATE TRIGGER hour_records_no_edit BEFORE UPDATE OF id, teacher_id, organization_id, training_year, starts_on, ends_on, hours, level, mode, title, institution, project_id, phase_id, source, external_id, source_key, key_space, duplicate_of, created_by, created_at ON hour_records
BEGIN SELECT RAISE(ABORT, 'hour_records is append-only'); END;
DROP INDEX hour_records_source_key;
CREATE UNIQUE INDEX hour_records_source_key ON hour_records (source, source_key, key_space) WHERE status IN ('pending', 'recognized');
