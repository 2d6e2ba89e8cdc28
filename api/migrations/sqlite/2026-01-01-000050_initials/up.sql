-- 拼音首字母 of names and titles, every reading, by which people search. The program fills them, since no
-- database knows the readings: NULL is a row that it has not come to.
ALTER TABLE organizations ADD COLUMN initials TEXT;
CREATE INDEX organizations_initials ON organizations (initials);
ALTER TABLE teachers ADD COLUMN initials TEXT;
CREATE INDEX teachers_initials ON teachers (initials);
ALTER TABLE projects ADD COLUMN initials TEXT;
CREATE INDEX projects_initials ON projects (initials);
-- The list of projects by title, and a search for how one begins.
CREATE INDEX projects_title ON projects (title, id);
