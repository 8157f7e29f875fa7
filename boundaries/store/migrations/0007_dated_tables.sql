-- Editions of the division codes 行政区划代码, settings and duties in time. None of the three rewrites its past.

-- ---------------------------------------------------------------------------------------------------------------------
-- Division codes. An edition is brought in whole, in one transaction, after the one before it, and stays as it is.

CREATE TABLE division_edition (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CONSTRAINT edition_taken UNIQUE CHECK (length(name) BETWEEN 1 AND 40 AND name !~ '[[:cntrl:]]'),
    in_force_on date NOT NULL CONSTRAINT edition_day_taken UNIQUE,
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 400),
    imported_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE division (
    edition_id bigint NOT NULL REFERENCES division_edition (id),
    code text NOT NULL CHECK (code ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100 AND name !~ '[[:cntrl:]]'),
    level unit_level NOT NULL GENERATED ALWAYS AS (level_of_code(code)) STORED,
    PRIMARY KEY (edition_id, code)
);
CREATE INDEX division_code ON division (code text_pattern_ops);

CREATE TABLE division_step (
    edition_id bigint NOT NULL REFERENCES division_edition (id),
    earlier_id bigint NOT NULL REFERENCES division_edition (id),
    from_code text,
    to_code text,
    kind text NOT NULL CHECK (kind IN ('unchanged', 'respelled', 'renamed', 'recoded', 'merged', 'split', 'regrouped',
                                       'ended', 'created')),
    found_by text NOT NULL CHECK (found_by IN ('given', 'code', 'name_in_town', 'name_in_county', 'name_in_city',
                                               'name_in_linked_town', 'villages', 'absence')),
    evidence jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(evidence) = 'object'),
    FOREIGN KEY (earlier_id, from_code) REFERENCES division (edition_id, code),
    FOREIGN KEY (edition_id, to_code) REFERENCES division (edition_id, code),
    CONSTRAINT ends_of_step CHECK ((from_code IS NULL) = (kind = 'created') AND (to_code IS NULL) = (kind = 'ended')),
    CONSTRAINT one_step UNIQUE NULLS NOT DISTINCT (edition_id, from_code, to_code)
);
COMMENT ON TABLE division_step IS 'What each division of the edition before became in an edition, and how that was found.';
CREATE INDEX division_step_from ON division_step (earlier_id, from_code);
CREATE INDEX division_step_to ON division_step (edition_id, to_code);

CREATE FUNCTION guard_edition() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'edition_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            MESSAGE = format('edition_is_kept: %s is only added to; %s is refused', TG_TABLE_NAME, lower(TG_OP)),
            HINT = 'What a later edition changes is imported as that edition.';
    END IF;
    IF TG_TABLE_NAME = 'division_edition' THEN
        IF EXISTS (SELECT FROM public.division_edition WHERE in_force_on > NEW.in_force_on) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'check_violation', CONSTRAINT = 'edition_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
                MESSAGE = format('edition_is_kept: an edition in force later than %s is here already', NEW.in_force_on),
                HINT = 'Editions are imported in their order.';
        END IF;
    ELSIF NOT EXISTS (SELECT FROM public.division_edition WHERE id = NEW.edition_id AND imported_at = now()) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'edition_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            MESSAGE = 'edition_is_kept: an edition is imported whole, and nothing is added to it afterwards';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON division_edition FOR EACH ROW EXECUTE FUNCTION guard_edition();
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON division FOR EACH ROW EXECUTE FUNCTION guard_edition();
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON division_step FOR EACH ROW EXECUTE FUNCTION guard_edition();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON division_edition FOR EACH STATEMENT EXECUTE FUNCTION guard_edition();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON division FOR EACH STATEMENT EXECUTE FUNCTION guard_edition();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON division_step FOR EACH STATEMENT EXECUTE FUNCTION guard_edition();
-- ALWAYS: a session that plays a replica would pass by an ordinary trigger.
ALTER TABLE division_edition ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER kept_whole;
ALTER TABLE division ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER kept_whole;
ALTER TABLE division_step ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER kept_whole;

-- ---------------------------------------------------------------------------------------------------------------------
-- Settings and duties: rows with a lifespan. A row begins now or later and, once begun, stays as it is but for its open end.

CREATE FUNCTION guard_dated() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today CONSTANT pg_catalog.timestamptz := date_trunc('day', clock_timestamp(), 'Asia/Shanghai');
    keeps pg_catalog.bool := false;
BEGIN
    IF TG_OP = 'INSERT' THEN
        keeps := lower(NEW.lifespan) >= today;
    ELSIF TG_OP = 'DELETE' THEN
        keeps := lower(OLD.lifespan) > clock_timestamp();
    ELSIF TG_OP = 'UPDATE' THEN
        keeps := to_jsonb(NEW) - 'lifespan' = to_jsonb(OLD) - 'lifespan'
            AND lower(NEW.lifespan) = lower(OLD.lifespan)
            AND (upper_inf(OLD.lifespan) OR upper(OLD.lifespan) > clock_timestamp())
            AND (upper_inf(NEW.lifespan) OR upper(NEW.lifespan) >= today);
    END IF;
    IF keeps IS NOT TRUE THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            MESSAGE = format('history_is_kept: the past of %s is not rewritten; %s is refused', TG_TABLE_NAME, lower(TG_OP)),
            HINT = 'End the row today or later and begin another.';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TABLE setting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL CONSTRAINT bad_setting_key CHECK (key ~ '^[a-z_]{1,40}(\.[a-z_]{1,40})*$'),
    scope text NOT NULL CONSTRAINT bad_scope CHECK (scope ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})?$'),
    value jsonb NOT NULL CHECK (octet_length(value::text) <= 65536),
    lifespan tstzrange NOT NULL,
    set_by bigint REFERENCES account (id),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan) AND (upper_inf(lifespan) OR isfinite(upper(lifespan)))),
    CONSTRAINT one_setting_at_a_time EXCLUDE USING gist (key WITH =, scope WITH =, lifespan WITH &&)
);
COMMENT ON TABLE setting IS 'What the city sets (boundaries/city_settings.py), from when to when; the longest scope wins.';
COMMENT ON COLUMN setting.scope IS 'Code of the county, town or village it is for; empty for the whole city.';
CREATE TRIGGER history BEFORE INSERT OR UPDATE OR DELETE ON setting FOR EACH ROW EXECUTE FUNCTION guard_dated();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON setting FOR EACH STATEMENT EXECUTE FUNCTION guard_dated();
ALTER TABLE setting ENABLE ALWAYS TRIGGER history, ENABLE ALWAYS TRIGGER no_truncate;

-- Work contact and nothing else about the person: the regulation has it published with each grid (Art. 10).
CREATE TABLE grid_worker (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope text NOT NULL CONSTRAINT bad_scope CHECK (scope ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$'),
    name text NOT NULL CONSTRAINT bad_name CHECK (length(name) BETWEEN 1 AND 100 AND name !~ '[[:cntrl:]]'),
    work_phone text NOT NULL CONSTRAINT bad_work_phone CHECK (work_phone ~ '^[0-9+][0-9 -]{2,23}[0-9]$'),
    kind text NOT NULL CONSTRAINT bad_worker_kind CHECK (kind IN ('full_time', 'part_time', 'stationed')),
    active boolean NOT NULL DEFAULT true
);
COMMENT ON COLUMN grid_worker.scope IS 'Code of the village, town or county that keeps the entry; rights are asked for it.';
CREATE INDEX grid_worker_scope ON grid_worker (scope text_pattern_ops);

CREATE TABLE duty (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id bigint NOT NULL REFERENCES grid_worker (id),
    grid_code text NOT NULL REFERENCES unit (code) CONSTRAINT not_a_grid CHECK (length(grid_code) = 15),
    role text NOT NULL CONSTRAINT bad_duty_role CHECK (role IN ('responsible', 'assisting', 'stationed')),
    lifespan tstzrange NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan) AND (upper_inf(lifespan) OR isfinite(upper(lifespan)))),
    CONSTRAINT one_duty_at_a_time EXCLUDE USING gist (worker_id WITH =, grid_code WITH =, lifespan WITH &&)
);
COMMENT ON TABLE duty IS 'Who serves which grid from when to when. A duty is in force only while its grid is (boundaries/store/duties.sql).';
CREATE INDEX duty_grid ON duty (grid_code, lower(lifespan));

-- Only onto a grid that is in force when the duty begins, in the worker's own place, and while the worker is active. Later the grid may be retired:
-- the reading ends the duty with it.
CREATE FUNCTION guard_duty() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    worker public.grid_worker;
    fault pg_catalog.text[];
BEGIN
    SELECT * INTO worker FROM public.grid_worker WHERE id = NEW.worker_id FOR SHARE;
    fault := CASE
        WHEN NOT EXISTS (SELECT FROM public.unit_version WHERE code = NEW.grid_code AND lifespan @> lower(NEW.lifespan)) THEN
            ARRAY['grid_not_in_force', format('grid %s is not in force at %s', NEW.grid_code, lower(NEW.lifespan)),
                  'Give a grid and a day on which it is.']
        WHEN NOT starts_with(NEW.grid_code, worker.scope) THEN
            ARRAY['worker_of_elsewhere', format('grid worker %s belongs to %s, where grid %s is not', worker.id, worker.scope,
                                                NEW.grid_code), 'Choose a worker of the grid''s own county, town or village.']
        WHEN NOT worker.active THEN
            ARRAY['worker_not_active', format('grid worker %s is not active', worker.id), 'Make the worker active first.']
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = fault[1], TABLE = 'duty', SCHEMA = 'public',
            MESSAGE = format('%s: %s', fault[1], fault[2]), HINT = fault[3];
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER history BEFORE INSERT OR UPDATE OR DELETE ON duty FOR EACH ROW EXECUTE FUNCTION guard_dated();
CREATE TRIGGER in_force BEFORE INSERT ON duty FOR EACH ROW EXECUTE FUNCTION guard_duty();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON duty FOR EACH STATEMENT EXECUTE FUNCTION guard_dated();
ALTER TABLE duty ENABLE ALWAYS TRIGGER history, ENABLE ALWAYS TRIGGER in_force, ENABLE ALWAYS TRIGGER no_truncate;
