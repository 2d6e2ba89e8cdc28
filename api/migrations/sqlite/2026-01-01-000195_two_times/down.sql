DROP TABLE former_recognitions;
DROP TRIGGER exemptions_no_delete;
DROP TRIGGER exemptions_no_edit;
DELETE FROM exemptions WHERE retired_at IS NOT NULL;
ALTER TABLE exemptions DROP COLUMN retired_by;
ALTER TABLE exemptions DROP COLUMN retired_at;
