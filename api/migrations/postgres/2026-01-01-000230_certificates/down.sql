-- Fails if a certificate was reissued. Named reviewers and earlier gradings are lost; a revocation is written over the
-- acceptance again.
DROP TABLE certification_reviewers;
DROP TABLE lesson_gradings;
ALTER TABLE lessons DROP COLUMN distinct_reason;

UPDATE certifications SET decided_by = revoked_by, decided_at = revoked_at, decision_reason = revocation_reason
WHERE status = 'revoked';
DROP INDEX certifications_reissue_of;
DROP INDEX certifications_superseded_by;
ALTER TABLE certifications
    DROP CONSTRAINT certifications_status_check,
    DROP CONSTRAINT certifications_issued_check,
    DROP CONSTRAINT certifications_reissue_check,
    DROP COLUMN awarded_on,
    DROP COLUMN revoked_by,
    DROP COLUMN revoked_at,
    DROP COLUMN revocation_reason,
    DROP COLUMN restored_from,
    DROP COLUMN reissue_of,
    DROP COLUMN reissued_by,
    DROP COLUMN reissue_reason;
ALTER TABLE certifications
    ADD CONSTRAINT certifications_status_check
        CHECK (status IN ('applied', 'accepted', 'rejected', 'superseded', 'revoked')),
    ADD CONSTRAINT certifications_check
        CHECK (status NOT IN ('accepted', 'superseded', 'revoked')
            OR (award IS NOT NULL AND number IS NOT NULL AND issued_on IS NOT NULL));
