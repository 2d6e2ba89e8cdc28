-- The steps that the program has run once after a migration, since SQL cannot do them: `normal_text` brings stored texts
-- into their normal form.
CREATE TABLE data_migrations (
    name text COLLATE "C" PRIMARY KEY NOT NULL,
    completed_at timestamp NOT NULL
);

-- The readings of a name with the name, for lists in its order. The program fills them, like the initials: NULL marks a
-- row that is not filled yet.
ALTER TABLE teachers ADD COLUMN sort_key text COLLATE "C";
CREATE INDEX teachers_sort_key ON teachers (sort_key, id);
ALTER TABLE users ADD COLUMN sort_key text COLLATE "C";
CREATE INDEX users_sort_key ON users (sort_key, id);

-- Surnames have further readings since.
UPDATE teachers SET initials = NULL;

-- Certificates are found without regard to case and hyphens.
CREATE INDEX certifications_number_compact ON certifications (upper(replace(number, '-', '')));
