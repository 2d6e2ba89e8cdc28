DROP TABLE former_recognitions;
DROP TRIGGER exemptions_append_only ON exemptions;
DROP FUNCTION guard_exemption();
DELETE FROM exemptions WHERE retired_at IS NOT NULL;
ALTER TABLE exemptions DROP COLUMN retired_by;
ALTER TABLE exemptions DROP COLUMN retired_at;
