-- Change sets as data: their commands, what they are based on, what they ended and began, and who got which land.

ALTER TABLE change_set
    ALTER COLUMN effective_on DROP NOT NULL,
    ADD COLUMN scope text NOT NULL DEFAULT ''
        CONSTRAINT bad_scope CHECK (scope ~ '^([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$'),
    ADD COLUMN note text NOT NULL DEFAULT '' CONSTRAINT bad_note CHECK (length(note) <= 4000),
    ADD COLUMN revision integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    ADD COLUMN opened_by bigint REFERENCES account (id),
    ADD COLUMN checked_at timestamptz,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN decided_by bigint REFERENCES account (id),
    ADD COLUMN effective_at timestamptz,
    ADD COLUMN withdrawn_at timestamptz,
    ADD COLUMN reverses bigint REFERENCES change_set (id),
    ADD CONSTRAINT decided_whole CHECK (
        (state IN ('draft', 'checked', 'withdrawn') OR effective_on IS NOT NULL)
        AND (state <> 'county_decided' OR (decided_at IS NOT NULL AND effective_at IS NOT NULL)));
COMMENT ON COLUMN change_set.scope IS 'Code of the unit in which all its commands work; rights are asked for it.';
COMMENT ON COLUMN change_set.revision IS 'Counts every change of the set, so that two people cannot overwrite each other.';
COMMENT ON COLUMN change_set.effective_at IS 'The instant at which its versions begin.';
CREATE INDEX change_set_scope ON change_set (scope text_pattern_ops);
CREATE INDEX change_set_state ON change_set (state);

CREATE TABLE change_command (
    change_set_id bigint NOT NULL REFERENCES change_set (id),
    position integer NOT NULL CHECK (position BETWEEN 1 AND 500),
    command jsonb NOT NULL CHECK (jsonb_typeof(command) = 'object' AND command ? 'op'),
    added_by bigint REFERENCES account (id),
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (change_set_id, position)
);

-- The versions that the commands met when they were last checked. A version may be taken back before it has begun, and
-- is then simply no longer there: no foreign key.
CREATE TABLE change_base (
    change_set_id bigint NOT NULL REFERENCES change_set (id) ON DELETE CASCADE,
    code text NOT NULL,
    version_id bigint NOT NULL,
    PRIMARY KEY (change_set_id, code)
);

CREATE TABLE change_unit (
    change_set_id bigint NOT NULL REFERENCES change_set (id),
    code text NOT NULL REFERENCES unit (code),
    ended_version_id bigint REFERENCES unit_version (id),
    begun_version_id bigint REFERENCES unit_version (id),
    technical boolean NOT NULL DEFAULT false,
    PRIMARY KEY (change_set_id, code),
    CONSTRAINT ended_or_begun CHECK (ended_version_id IS NOT NULL OR begun_version_id IS NOT NULL)
);
COMMENT ON TABLE change_unit IS 'What a decided change set ended and began, one row a unit.';
COMMENT ON COLUMN change_unit.technical IS 'The unit only got nodes on its border, because a neighbour''s border ends there.';
CREATE INDEX change_unit_ended ON change_unit (ended_version_id);
CREATE INDEX change_unit_begun ON change_unit (begun_version_id);

CREATE TABLE lineage (
    change_set_id bigint NOT NULL REFERENCES change_set (id),
    from_version_id bigint NOT NULL REFERENCES unit_version (id),
    to_version_id bigint NOT NULL REFERENCES unit_version (id),
    area_m2 double precision NOT NULL CHECK (area_m2 >= 0 AND area_m2 < 'infinity'),
    households integer CHECK (households >= 0),
    PRIMARY KEY (from_version_id, to_version_id)
);
COMMENT ON TABLE lineage IS 'Land and households that went from one version to another; what a unit keeps stands there too.';
CREATE INDEX lineage_to ON lineage (to_version_id);
CREATE INDEX lineage_change_set ON lineage (change_set_id);

-- ---------------------------------------------------------------------------------------------------------------------
-- What has been decided stays as it was decided.

CREATE FUNCTION guard_change_set() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step CONSTANT pg_catalog.text := OLD.state || ' ' || NEW.state;
BEGIN
    IF OLD.state <> NEW.state AND step NOT IN (
        'draft checked', 'checked draft', 'draft withdrawn', 'checked withdrawn', 'checked county_decided',
        'county_decided withdrawn', 'county_decided in_force', 'in_force superseded') THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'illegal_transition', TABLE = 'change_set', SCHEMA = 'public',
            MESSAGE = format('illegal_transition: change set %s is %s and cannot become %s', OLD.id, OLD.state, NEW.state);
    END IF;
    IF OLD.state = 'county_decided' AND NEW.state = 'withdrawn' AND OLD.effective_at <= clock_timestamp() THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'illegal_transition', TABLE = 'change_set', SCHEMA = 'public',
            MESSAGE = format('illegal_transition: change set %s is in force and cannot be withdrawn', OLD.id),
            HINT = 'Reverse it by a change set of its own.';
    END IF;
    IF OLD.state NOT IN ('draft', 'checked') AND
        (NEW.id, NEW.title, NEW.reason, NEW.scope, NEW.note, NEW.created_at)
            <> (OLD.id, OLD.title, OLD.reason, OLD.scope, OLD.note, OLD.created_at)
        OR OLD.decided_at IS NOT NULL AND (NEW.decided_at, NEW.effective_on, NEW.effective_at, NEW.decided_by, NEW.reverses)
            IS DISTINCT FROM (OLD.decided_at, OLD.effective_on, OLD.effective_at, OLD.decided_by, OLD.reverses) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'change_set_is_kept', TABLE = 'change_set', SCHEMA = 'public',
            MESSAGE = format('change_set_is_kept: change set %s is %s and cannot be edited', OLD.id, OLD.state),
            HINT = 'Open another change set.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER state BEFORE UPDATE ON change_set FOR EACH ROW EXECUTE FUNCTION guard_change_set();

CREATE FUNCTION guard_change_command() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own CONSTANT pg_catalog.int8 := CASE WHEN TG_OP = 'DELETE' THEN OLD.change_set_id ELSE NEW.change_set_id END;
    state pg_catalog.text;
BEGIN
    -- Locks the set: no command comes in between a check and its decision.
    SELECT change_set.state INTO state FROM public.change_set WHERE id = own FOR NO KEY UPDATE;
    IF state NOT IN ('draft', 'checked') THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'change_set_is_kept', TABLE = 'change_command', SCHEMA = 'public',
            MESSAGE = format('change_set_is_kept: change set %s is %s and cannot be edited', own, state),
            HINT = 'Open another change set.';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER editable BEFORE INSERT OR UPDATE OR DELETE ON change_command
    FOR EACH ROW EXECUTE FUNCTION guard_change_command();

-- Lineage and the units of a change are only added to; a change withdrawn before its day takes its rows along.
CREATE FUNCTION guard_change_record() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM public.change_set
        WHERE id = OLD.change_set_id AND change_set.state = 'withdrawn') THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
        MESSAGE = format('history_is_kept: the record of change set %s cannot be changed', OLD.change_set_id);
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON change_unit FOR EACH ROW EXECUTE FUNCTION guard_change_record();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON lineage FOR EACH ROW EXECUTE FUNCTION guard_change_record();
