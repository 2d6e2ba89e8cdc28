-- Pinyin initials 拼音首字母 of names and titles, in every reading, for searches. The program fills them, since no
-- database knows the readings: NULL marks a row that is not filled yet.
ALTER TABLE organizations ADD COLUMN initials TEXT;
CREATE INDEX organizations_initials ON organizations (initials);
ALTER TABLE teachers ADD COLUMN initials TEXT;
CREATE INDEX teachers_initials ON teachers (initials);
ALTER TABLE projects ADD COLUMN initials TEXT;
CREATE INDEX projects_initials ON projects (initials);
-- For the list of projects by title and for searches by prefix.
CREATE INDEX projects_title ON projects (title, id);
