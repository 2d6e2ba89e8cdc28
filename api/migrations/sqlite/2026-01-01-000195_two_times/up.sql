-- An exemption that was entered in error is retired and stays readable: what was known on an earlier day included it.
ALTER TABLE exemptions ADD COLUMN retired_at TEXT;
ALTER TABLE exemptions ADD COLUMN retired_by TEXT REFERENCES users (id);
CREATE TRIGGER exemptions_no_edit BEFORE UPDATE OF id, teacher_id, kind, starts_on, ends_on, created_by, created_at ON exemptions
BEGIN SELECT RAISE(ABORT, 'exemptions is append-only'); END;
CREATE TRIGGER exemptions_no_delete BEFORE DELETE ON exemptions BEGIN SELECT RAISE(ABORT, 'exemptions is append-only'); END;

-- When a voided record had been recognised, and by whom: voiding overwrites both in the record.
CREATE TABLE former_recognitions (
    hour_record_id TEXT PRIMARY KEY NOT NULL REFERENCES hour_records (id),
    recognized_at TEXT NOT NULL,
    recognized_by TEXT REFERENCES users (id)
) STRICT;
-- Recognised singly or in bulk; else from the first.
INSERT INTO former_recognitions (hour_record_id, recognized_at, recognized_by)
SELECT h.id, COALESCE(a.at, h.created_at), COALESCE(a.user_id, h.created_by)
FROM hour_records h LEFT JOIN audit_log a ON a.seq =
    (SELECT MAX(seq) FROM audit_log WHERE entity = 'hour_record' AND entity_id = h.id AND action = 'recognize')
WHERE h.status = 'voided';
