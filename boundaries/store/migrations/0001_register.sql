-- The register: units (cities, counties, towns, villages, grids, micro-grids), their versions in time, and the guard
-- that refuses any commit after which some parent is not tiled exactly by its children at some instant.

CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TYPE unit_level AS ENUM ('city', 'county', 'town', 'village', 'grid', 'micro_grid');

-- ---------------------------------------------------------------------------------------------------------------------
-- Codes: the length tells the level, the beginning the parent (boundaries/codes.py).

CREATE FUNCTION level_of_code(code text) RETURNS unit_level LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE length(code)
    WHEN 4 THEN 'city'::unit_level WHEN 6 THEN 'county'::unit_level WHEN 9 THEN 'town'::unit_level
    WHEN 12 THEN 'village'::unit_level WHEN 15 THEN 'grid'::unit_level WHEN 17 THEN 'micro_grid'::unit_level END;

CREATE FUNCTION parent_of_code(code text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE length(code)
    WHEN 6 THEN left(code, 4) WHEN 9 THEN left(code, 6) WHEN 12 THEN left(code, 9)
    WHEN 15 THEN left(code, 12) WHEN 17 THEN left(code, 15) END;

-- ---------------------------------------------------------------------------------------------------------------------
-- The lattice and the boundary chain (gis/lattice.py, gis/chain.py: the same numbers there).

CREATE FUNCTION wrap_64(total numeric) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (mod(mod(total + 9223372036854775808, 18446744073709551616) + 18446744073709551616,
            18446744073709551616) - 9223372036854775808)::bigint;

CREATE FUNCTION on_lattice(shape geometry) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT bool_and(round(ST_X(vertex.geom) * 10000000) / 10000000 = ST_X(vertex.geom)
                AND round(ST_Y(vertex.geom) * 10000000) / 10000000 = ST_Y(vertex.geom))
    FROM ST_DumpPoints(shape) AS vertex;
END;

-- Every level below is one round of the hash on all four lanes. OFFSET 0 keeps the planner from flattening the levels:
-- a round uses its state twice, and flattened the expression would double at each of them.
CREATE FUNCTION boundary_signature(shape geometry) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH vertex AS (
        SELECT dump.path[1] AS part, dump.path[2] AS ring,
               lag(dump.path[1:2]) OVER () = dump.path[1:2] AS continues,
               round(ST_X(dump.geom) * 10000000)::bigint AS x, round(ST_Y(dump.geom) * 10000000)::bigint AS y,
               lag(round(ST_X(dump.geom) * 10000000)::bigint) OVER () AS px,
               lag(round(ST_Y(dump.geom) * 10000000)::bigint) OVER () AS py
        FROM ST_DumpPoints(ST_ForcePolygonCCW(ST_Multi(shape))) AS dump
    ), edge AS (
        SELECT CASE WHEN (px, py) < (x, y) THEN 1 ELSE -1 END AS direction,
               1800000000 + CASE WHEN (px, py) < (x, y) THEN px ELSE x END AS w1,
               1800000000 + CASE WHEN (px, py) < (x, y) THEN py ELSE y END AS w2,
               1800000000 + CASE WHEN (px, py) < (x, y) THEN x ELSE px END AS w3,
               1800000000 + CASE WHEN (px, py) < (x, y) THEN y ELSE py END AS w4
        FROM vertex WHERE continues AND (px, py) <> (x, y) OFFSET 0
    ), round_1 AS (
        SELECT direction, w2, w3, w4,
               ((2654435769 # w1) * 1821285621) & 4294967295 AS a, ((2135587861 # w1) * 1481765933) & 4294967295 AS b,
               ((3210233709 # w1) * 1284865837) & 4294967295 AS c, ((2496678331 # w1) * 916318735) & 4294967295 AS d
        FROM edge OFFSET 0
    ), round_2 AS (
        SELECT direction, w3, w4,
               ((a # (a >> 15) # w2) * 1821285621) & 4294967295 AS a, ((b # (b >> 15) # w2) * 1481765933) & 4294967295 AS b,
               ((c # (c >> 15) # w2) * 1284865837) & 4294967295 AS c, ((d # (d >> 15) # w2) * 916318735) & 4294967295 AS d
        FROM round_1 OFFSET 0
    ), round_3 AS (
        SELECT direction, w4,
               ((a # (a >> 15) # w3) * 1821285621) & 4294967295 AS a, ((b # (b >> 15) # w3) * 1481765933) & 4294967295 AS b,
               ((c # (c >> 15) # w3) * 1284865837) & 4294967295 AS c, ((d # (d >> 15) # w3) * 916318735) & 4294967295 AS d
        FROM round_2 OFFSET 0
    ), round_4 AS (
        SELECT direction,
               ((a # (a >> 15) # w4) * 1821285621) & 4294967295 AS a, ((b # (b >> 15) # w4) * 1481765933) & 4294967295 AS b,
               ((c # (c >> 15) # w4) * 1284865837) & 4294967295 AS c, ((d # (d >> 15) # w4) * 916318735) & 4294967295 AS d
        FROM round_3 OFFSET 0
    ), round_5 AS (
        SELECT direction,
               ((a # (a >> 15)) * 1821285621) & 4294967295 AS a, ((b # (b >> 15)) * 1481765933) & 4294967295 AS b,
               ((c # (c >> 15)) * 1284865837) & 4294967295 AS c, ((d # (d >> 15)) * 916318735) & 4294967295 AS d
        FROM round_4 OFFSET 0
    )
    SELECT ARRAY[wrap_64(coalesce(sum(direction::numeric * (((a # (a >> 15)) << 32) | (b # (b >> 15)))), 0)),
                 wrap_64(coalesce(sum(direction::numeric * (((c # (c >> 15)) << 32) | (d # (d >> 15)))), 0))]
    FROM round_5;
END;

-- ---------------------------------------------------------------------------------------------------------------------
-- Tables.

CREATE TABLE change_set (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    reason text NOT NULL CHECK (reason IN ('first_division', 'village_resized', 'demolition', 'population_change',
                                           'correction', 'other')),
    state text NOT NULL CHECK (state IN ('draft', 'checked', 'county_decided', 'in_force', 'superseded', 'withdrawn')),
    effective_on date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE unit (
    code text PRIMARY KEY
        CONSTRAINT bad_code CHECK (code ~ '^(\d{4}|\d{6}|\d{9}|\d{12}|\d{12}(?!000)\d{3}|\d{12}(?!000)\d{3}(?!00)\d{2})$'),
    level unit_level NOT NULL GENERATED ALWAYS AS (level_of_code(code)) STORED,
    parent_code text GENERATED ALWAYS AS (parent_of_code(code)) STORED REFERENCES unit (code)
);
COMMENT ON TABLE unit IS 'The identity of a jurisdiction, grid or micro-grid. Codes are never used again.';

CREATE TABLE unit_version (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL REFERENCES unit (code),
    level unit_level NOT NULL GENERATED ALWAYS AS (level_of_code(code)) STORED,
    parent_code text GENERATED ALWAYS AS (parent_of_code(code)) STORED,
    name text NOT NULL CONSTRAINT bad_name CHECK (length(name) BETWEEN 1 AND 100 AND name !~ '[[:cntrl:]]'),
    kind text,
    households integer CONSTRAINT bad_households CHECK (households >= 0),
    divided boolean NOT NULL DEFAULT false,
    geom geometry(MultiPolygon, 4490) NOT NULL,
    signature bigint[] NOT NULL GENERATED ALWAYS AS (boundary_signature(geom)) STORED,
    area_m2 double precision NOT NULL GENERATED ALWAYS AS (ST_Area(geom::geography)) STORED,
    lifespan tstzrange NOT NULL,
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
    change_set_id bigint NOT NULL REFERENCES change_set (id),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bad_kind CHECK (CASE level
        WHEN 'grid' THEN kind IS NOT NULL AND kind IN ('comprehensive', 'exclusive')
        WHEN 'micro_grid' THEN kind IS NOT NULL AND kind IN ('micro', 'remainder') AND NOT divided
        ELSE kind IS NULL END),
    CONSTRAINT off_lattice CHECK (on_lattice(geom)),
    CONSTRAINT invalid_geometry CHECK (NOT ST_IsEmpty(geom) AND ST_IsValid(geom)),
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan)
        AND (upper_inf(lifespan) OR isfinite(upper(lifespan)))),
    CONSTRAINT one_version_at_a_time EXCLUDE USING gist (code WITH =, lifespan WITH &&)
);
COMMENT ON TABLE unit_version IS 'One geometry of a unit and the time in which it is in force.';
COMMENT ON COLUMN unit_version.divided IS 'While true, the children of the unit tile it exactly; while false it has none.';

CREATE INDEX unit_version_code ON unit_version (code text_pattern_ops);
CREATE INDEX unit_version_begin ON unit_version (parent_code, lower(lifespan));
CREATE INDEX unit_version_end ON unit_version (parent_code, upper(lifespan)) WHERE NOT upper_inf(lifespan);
CREATE INDEX unit_version_name ON unit_version USING gin (name gin_trgm_ops);
CREATE INDEX unit_version_change_set ON unit_version (change_set_id);
CREATE INDEX county_shape ON unit_version USING gist (geom) WHERE level = 'county';
CREATE INDEX town_shape ON unit_version USING gist (geom) WHERE level = 'town';
CREATE INDEX village_shape ON unit_version USING gist (geom) WHERE level = 'village';
CREATE INDEX grid_shape ON unit_version USING gist (geom) WHERE level = 'grid';
CREATE INDEX micro_grid_shape ON unit_version USING gist (geom) WHERE level = 'micro_grid';

CREATE TABLE tile_shape (
    version_id bigint NOT NULL REFERENCES unit_version (id) ON DELETE CASCADE,
    level unit_level NOT NULL,
    zoom smallint NOT NULL,
    geom geometry(MultiPolygon, 3857) NOT NULL,
    PRIMARY KEY (level, zoom, version_id)
);
COMMENT ON TABLE tile_shape IS 'The map of one level simplified as a coverage for one zoom. Derived; can be rebuilt.';
CREATE INDEX tile_shape_geom ON tile_shape USING gist (geom);
CREATE INDEX tile_shape_version ON tile_shape (version_id);

-- ---------------------------------------------------------------------------------------------------------------------
-- The guard. A version adds its signature to its parent's balance at its begin and takes it away at its end; a divided
-- version does the opposite to its own balance. Every parent is tiled at every instant if and only if the balance of
-- every (parent, instant) is zero, so only the instants that a transaction touches need to be summed, and only over the
-- rows that begin or end there: the cost does not grow with the city. The sum is linear in the rows, so transactions that
-- leave it zero each leave it zero together, whatever their isolation level, and no lock is taken.

CREATE FUNCTION tiling_balance(parent text, instant timestamptz, OUT a bigint, OUT b bigint) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT wrap_64(coalesce(sum(sign * signature[1]), 0)), wrap_64(coalesce(sum(sign * signature[2]), 0))
    FROM (
        SELECT 1::numeric AS sign, signature FROM unit_version WHERE parent_code = parent AND lower(lifespan) = instant
        UNION ALL
        SELECT -1, signature FROM unit_version
        WHERE parent_code = parent AND upper(lifespan) = instant AND NOT upper_inf(lifespan)
        UNION ALL
        SELECT -1, signature FROM unit_version WHERE code = parent AND divided AND lower(lifespan) = instant
        UNION ALL
        SELECT 1, signature FROM unit_version
        WHERE code = parent AND divided AND upper(lifespan) = instant AND NOT upper_inf(lifespan)
    ) AS term;
END;

CREATE FUNCTION check_tiling(parent text, instant timestamptz) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    balance record;
    faces text;
BEGIN
    IF parent IS NULL OR instant IS NULL THEN
        RETURN;
    END IF;
    balance := public.tiling_balance(parent, instant);
    IF balance.a = 0 AND balance.b = 0 THEN
        RETURN;
    END IF;
    SELECT string_agg(code, ', ' ORDER BY code) INTO faces FROM (
        SELECT code FROM public.unit_version
        WHERE parent_code = parent AND (lower(lifespan) = instant OR upper(lifespan) = instant)
        GROUP BY code ORDER BY code LIMIT 20) AS changed;
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'not_tiled', TABLE = 'unit_version', SCHEMA = 'public',
        MESSAGE = format('not_tiled: %s %s is not tiled exactly from %s on', public.level_of_code(parent), parent, instant),
        DETAIL = format('Units that begin or end there: %s.', coalesce(faces, 'none; the parent itself changes')),
        HINT = 'The units put in place must cover exactly what the units taken out covered, vertex for vertex.';
END $$;

CREATE FUNCTION guard_tiling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM public.check_tiling(OLD.parent_code, lower(OLD.lifespan)),
                public.check_tiling(OLD.parent_code, upper(OLD.lifespan)),
                public.check_tiling(OLD.code, lower(OLD.lifespan)),
                public.check_tiling(OLD.code, upper(OLD.lifespan));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM public.check_tiling(NEW.parent_code, lower(NEW.lifespan)),
                public.check_tiling(NEW.parent_code, upper(NEW.lifespan)),
                public.check_tiling(NEW.code, lower(NEW.lifespan)),
                public.check_tiling(NEW.code, upper(NEW.lifespan));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER tiling AFTER INSERT OR UPDATE OR DELETE ON unit_version
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_tiling();

-- ---------------------------------------------------------------------------------------------------------------------
-- The past is never rewritten: a version that has begun stays as it is, but for its open end, which may be set to today
-- or later. A version that has not begun may still be taken back.

CREATE FUNCTION guard_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today timestamptz := date_trunc('day', now(), 'Asia/Shanghai');
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept',
            MESSAGE = 'history_is_kept: the register cannot be emptied';
    END IF;
    IF lower(OLD.lifespan) > now() AND (TG_OP = 'DELETE' OR lower(NEW.lifespan) > now()) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND (upper_inf(OLD.lifespan) OR upper(OLD.lifespan) > now()) AND lower(NEW.lifespan) = lower(OLD.lifespan)
       AND (upper_inf(NEW.lifespan) OR upper(NEW.lifespan) >= today)
       AND (NEW.divided = OLD.divided OR (NEW.divided AND lower(OLD.lifespan) >= today))
       AND (NEW.id, NEW.code, NEW.name, NEW.source, NEW.change_set_id, NEW.recorded_at)
         = (OLD.id, OLD.code, OLD.name, OLD.source, OLD.change_set_id, OLD.recorded_at)
       AND (NEW.kind, NEW.households) IS NOT DISTINCT FROM (OLD.kind, OLD.households)
       AND ST_OrderingEquals(NEW.geom, OLD.geom) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept', TABLE = 'unit_version', SCHEMA = 'public',
        MESSAGE = format('history_is_kept: version %s of %s has begun and cannot be changed', OLD.id, OLD.code),
        HINT = 'End it today or later and begin a new version at the same instant.';
END $$;

CREATE TRIGGER history BEFORE UPDATE OR DELETE ON unit_version FOR EACH ROW EXECUTE FUNCTION guard_history();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON unit_version FOR EACH STATEMENT EXECUTE FUNCTION guard_history();
