DROP INDEX hour_records_end;
DROP INDEX hour_records_year;
