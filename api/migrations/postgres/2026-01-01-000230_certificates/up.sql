-- Independent reviewers, reissued and restored certificates, and why two lessons of one title are two.

-- Every grading, with the team of the lesson's project on that day: those who graded do not review.
CREATE TABLE lesson_gradings (
    lesson_id uuid NOT NULL REFERENCES lessons (id),
    graded_at timestamp NOT NULL,
    -- The day in the county.
    graded_on date NOT NULL,
    graded_by uuid NOT NULL REFERENCES users (id),
    grade text NOT NULL CHECK (grade IN ('qualified', 'good', 'excellent')),
    team_id uuid REFERENCES teams (id),
    PRIMARY KEY (lesson_id, graded_at)
);
INSERT INTO lesson_gradings
SELECT lessons.id, lessons.graded_at, (lessons.graded_at + interval '8 hours')::date, lessons.graded_by, lessons.grade,
    projects.team_id
FROM lessons LEFT JOIN projects ON projects.id = lessons.project_id
WHERE lessons.grade IS NOT NULL AND lessons.graded_by IS NOT NULL AND lessons.graded_at IS NOT NULL;
-- Earlier gradings, as far as the audit log reaches.
INSERT INTO lesson_gradings
SELECT lessons.id, audit_log.at, (audit_log.at + interval '8 hours')::date, audit_log.user_id,
    audit_log.after::json ->> 'grade', projects.team_id
FROM audit_log
JOIN lessons ON lessons.id::text = audit_log.entity_id
JOIN users ON users.id = audit_log.user_id
LEFT JOIN projects ON projects.id = lessons.project_id
WHERE audit_log.entity = 'lesson' AND audit_log.action = 'grade'
    AND audit_log.after::json ->> 'grade' IN ('qualified', 'good', 'excellent')
ON CONFLICT DO NOTHING;

ALTER TABLE lessons ADD COLUMN distinct_reason text;

ALTER TABLE certifications
    -- The day of the acceptance, by which awards are counted. A reissued certificate keeps it.
    ADD COLUMN awarded_on date,
    ADD COLUMN revoked_by uuid REFERENCES users (id),
    ADD COLUMN revoked_at timestamp,
    ADD COLUMN revocation_reason text,
    -- The revoked certification that had superseded this one.
    ADD COLUMN restored_from uuid REFERENCES certifications (id),
    -- The certification whose certificate this one replaces.
    ADD COLUMN reissue_of uuid REFERENCES certifications (id),
    ADD COLUMN reissued_by uuid REFERENCES users (id),
    ADD COLUMN reissue_reason text;
UPDATE certifications SET awarded_on = issued_on;
-- A revocation was written over the acceptance, which the audit log still has.
UPDATE certifications SET revoked_by = decided_by, revoked_at = decided_at, revocation_reason = decision_reason,
    decided_by = NULL, decided_at = NULL, decision_reason = NULL
WHERE status = 'revoked';
UPDATE certifications SET decided_by = users.id, decided_at = accepted.at,
    decision_reason = accepted.after::json ->> 'decision_reason'
FROM (
    SELECT DISTINCT ON (entity_id) entity_id, user_id, at, after FROM audit_log
    WHERE entity = 'certification' AND action = 'decide' ORDER BY entity_id, seq DESC
) AS accepted LEFT JOIN users ON users.id = accepted.user_id
WHERE certifications.status = 'revoked' AND accepted.entity_id = certifications.id::text;

DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'certifications'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%superseded%'
    LOOP
        EXECUTE format('ALTER TABLE certifications DROP CONSTRAINT %I', name);
    END LOOP;
END $$;
ALTER TABLE certifications
    ADD CONSTRAINT certifications_status_check
        CHECK (status IN ('applied', 'accepted', 'rejected', 'superseded', 'reissued', 'revoked')),
    ADD CONSTRAINT certifications_issued_check CHECK (status NOT IN ('accepted', 'superseded', 'reissued', 'revoked')
        OR (award IS NOT NULL AND number IS NOT NULL AND issued_on IS NOT NULL AND awarded_on IS NOT NULL)),
    ADD CONSTRAINT certifications_reissue_check CHECK ((reissue_of IS NULL) = (reissue_reason IS NULL));
CREATE UNIQUE INDEX certifications_reissue_of ON certifications (reissue_of) WHERE reissue_of IS NOT NULL;
CREATE INDEX certifications_superseded_by ON certifications (superseded_by) WHERE superseded_by IS NOT NULL;

-- The reviewers whom somebody named. One of the lesson's own team is admitted with a reason.
CREATE TABLE certification_reviewers (
    certification_id uuid NOT NULL REFERENCES certifications (id),
    user_id uuid NOT NULL REFERENCES users (id),
    admission_reason text,
    named_by uuid NOT NULL REFERENCES users (id),
    named_at timestamp NOT NULL,
    PRIMARY KEY (certification_id, user_id)
);
CREATE INDEX certification_reviewers_user ON certification_reviewers (user_id);
