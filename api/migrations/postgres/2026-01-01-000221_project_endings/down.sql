ALTER TABLE projects DROP COLUMN settled_at;
DROP TABLE project_endings;
DROP TABLE project_mendings;
