DROP INDEX projects_title;
DROP INDEX projects_initials;
ALTER TABLE projects DROP COLUMN initials;
DROP INDEX teachers_initials;
ALTER TABLE teachers DROP COLUMN initials;
DROP INDEX organizations_initials;
ALTER TABLE organizations DROP COLUMN initials;
