DROP TABLE lineage;
DROP TABLE change_unit;
DROP TABLE change_base;
DROP TABLE change_command;
DROP TRIGGER state ON change_set;
DROP FUNCTION guard_change_set();
DROP FUNCTION guard_change_command();
DROP FUNCTION guard_change_record();
-- Drafts have no place in the older schema.
DELETE FROM change_set WHERE effective_on IS NULL;
DROP INDEX change_set_state;
ALTER TABLE change_set
    DROP CONSTRAINT decided_whole,
    DROP COLUMN scope,
    DROP COLUMN note,
    DROP COLUMN revision,
    DROP COLUMN opened_by,
    DROP COLUMN checked_at,
    DROP COLUMN decided_at,
    DROP COLUMN decided_by,
    DROP COLUMN effective_at,
    DROP COLUMN withdrawn_at,
    DROP COLUMN reverses,
    ALTER COLUMN effective_on SET NOT NULL;
