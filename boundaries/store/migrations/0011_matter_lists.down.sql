DROP TABLE calendar_day, matter_list_exit, matter_list_line, matter_list;
DROP FUNCTION guard_matter_list, guard_list_content, exits_fault;
DROP TRIGGER kept ON matter;
DROP FUNCTION guard_matter;
ALTER TABLE matter
    DROP CONSTRAINT bad_matter_name, DROP CONSTRAINT barred_matter,
    DROP COLUMN county_code, DROP COLUMN department, DROP COLUMN clock, DROP COLUMN clock_limit;
