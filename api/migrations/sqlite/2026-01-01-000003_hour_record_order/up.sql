-- Lists of hour records by year and by either order. `(training_year, id)` also serves one year in order of entry.
CREATE INDEX hour_records_year ON hour_records (training_year, id);
CREATE INDEX hour_records_end ON hour_records (ends_on, id);
