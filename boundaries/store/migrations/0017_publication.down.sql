DROP INDEX gazetteer_drawn;
DROP TABLE printed, print_part, print_job;
DROP FUNCTION guard_printed();
