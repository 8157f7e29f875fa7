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

-- A shape in whole lattice units: below 2^31, where the predicates of GEOS are exact.
CREATE FUNCTION in_units(shape geometry) RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ST_SnapToGrid(ST_Scale(ST_SetSRID(shape, 0), 10000000, 10000000), 1);

-- Every level below is one round of the hash on all four lanes. OFFSET 0 keeps the planner from flattening the levels:
-- a round uses its state twice, and flattened the expression would double at each of them. The sense of a ring is the sign
-- of its doubled area in whole units; ST_ForcePolygonCCW would sum degrees and turn a long sliver the wrong way round.
CREATE FUNCTION boundary_signature(shape geometry) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH dump AS (
        SELECT path[1] AS part, path[2] AS ring,
               round(ST_X(geom) * 10000000)::bigint AS x, round(ST_Y(geom) * 10000000)::bigint AS y
        FROM ST_DumpPoints(ST_Multi(shape)) OFFSET 0
    ), vertex AS (
        SELECT part, ring, x, y, (lag(part) OVER (), lag(ring) OVER ()) = (part, ring) AS continues,
               lag(x) OVER () AS px, lag(y) OVER () AS py
        FROM dump
    ), edge AS (
        SELECT part, ring, px * y - x * py AS doubled_area,
               CASE WHEN (px, py) < (x, y) THEN 1 ELSE -1 END AS direction,
               1800000000 + CASE WHEN (px, py) < (x, y) THEN px ELSE x END AS w1,
               1800000000 + CASE WHEN (px, py) < (x, y) THEN py ELSE y END AS w2,
               1800000000 + CASE WHEN (px, py) < (x, y) THEN x ELSE px END AS w3,
               1800000000 + CASE WHEN (px, py) < (x, y) THEN y ELSE py END AS w4
        FROM vertex WHERE continues AND (px, py) <> (x, y) OFFSET 0
    ), round_1 AS (
        SELECT part, ring, doubled_area, direction, w2, w3, w4,
               ((2654435769 # w1) * 1821285621) & 4294967295 AS a, ((2135587861 # w1) * 1481765933) & 4294967295 AS b,
               ((3210233709 # w1) * 1284865837) & 4294967295 AS c, ((2496678331 # w1) * 916318735) & 4294967295 AS d
        FROM edge OFFSET 0
    ), round_2 AS (
        SELECT part, ring, doubled_area, direction, w3, w4,
               ((a # (a >> 15) # w2) * 1821285621) & 4294967295 AS a, ((b # (b >> 15) # w2) * 1481765933) & 4294967295 AS b,
               ((c # (c >> 15) # w2) * 1284865837) & 4294967295 AS c, ((d # (d >> 15) # w2) * 916318735) & 4294967295 AS d
        FROM round_1 OFFSET 0
    ), round_3 AS (
        SELECT part, ring, doubled_area, direction, w4,
               ((a # (a >> 15) # w3) * 1821285621) & 4294967295 AS a, ((b # (b >> 15) # w3) * 1481765933) & 4294967295 AS b,
               ((c # (c >> 15) # w3) * 1284865837) & 4294967295 AS c, ((d # (d >> 15) # w3) * 916318735) & 4294967295 AS d
        FROM round_2 OFFSET 0
    ), round_4 AS (
        SELECT part, ring, doubled_area, direction,
               ((a # (a >> 15) # w4) * 1821285621) & 4294967295 AS a, ((b # (b >> 15) # w4) * 1481765933) & 4294967295 AS b,
               ((c # (c >> 15) # w4) * 1284865837) & 4294967295 AS c, ((d # (d >> 15) # w4) * 916318735) & 4294967295 AS d
        FROM round_3 OFFSET 0
    ), round_5 AS (
        SELECT part, ring, doubled_area, direction,
               ((a # (a >> 15)) * 1821285621) & 4294967295 AS a, ((b # (b >> 15)) * 1481765933) & 4294967295 AS b,
               ((c # (c >> 15)) * 1284865837) & 4294967295 AS c, ((d # (d >> 15)) * 916318735) & 4294967295 AS d
        FROM round_4 OFFSET 0
    ), chain AS (
        SELECT CASE WHEN (sum(doubled_area) > 0) = (ring = 1) THEN 1 ELSE -1 END AS sense,
               sum(direction::numeric * (((a # (a >> 15)) << 32) | (b # (b >> 15)))) AS a,
               sum(direction::numeric * (((c # (c >> 15)) << 32) | (d # (d >> 15)))) AS b
        FROM round_5 GROUP BY part, ring
    )
    SELECT ARRAY[wrap_64(coalesce(sum(sense * a), 0)), wrap_64(coalesce(sum(sense * b), 0))] FROM chain;
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
        CONSTRAINT bad_code CHECK (code ~ '^([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}((?!000)[0-9]{3}((?!00)[0-9]{2})?)?)$'),
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
    CONSTRAINT outside_lonlat CHECK (ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180  -- beyond, the hash repeats itself
        AND ST_YMin(geom) >= -90 AND ST_YMax(geom) <= 90),
    CONSTRAINT off_lattice CHECK (on_lattice(geom)),
    CONSTRAINT invalid_geometry CHECK (NOT ST_IsEmpty(geom) AND ST_IsValid(geom) AND ST_IsValid(in_units(geom))
        AND ST_NumGeometries(in_units(geom)) = ST_NumGeometries(geom)),  -- no part is empty
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan)
        AND (upper_inf(lifespan) OR isfinite(upper(lifespan)))),
    CONSTRAINT one_version_at_a_time EXCLUDE USING gist (code WITH =, lifespan WITH &&),
    CONSTRAINT one_city_at_a_time EXCLUDE USING gist (lifespan WITH &&) WHERE (parent_code IS NULL)
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

-- Types are named with their schema in what follows, and triggers set their own search_path: a type of the session's
-- temporary schema would come first, and a `record` that rounds makes every balance zero.
CREATE FUNCTION check_tiling(parent text, instant timestamptz) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    balance pg_catalog.record;
    faces pg_catalog.text;
BEGIN
    SELECT public.wrap_64(coalesce(sum(sign * signature[1]), 0)) AS a,
           public.wrap_64(coalesce(sum(sign * signature[2]), 0)) AS b
    INTO balance
    FROM (
        SELECT 1::numeric AS sign, signature FROM public.unit_version
        WHERE parent_code = parent AND lower(lifespan) = instant
        UNION ALL
        SELECT -1, signature FROM public.unit_version
        WHERE parent_code = parent AND upper(lifespan) = instant AND NOT upper_inf(lifespan)
        UNION ALL
        SELECT -1, signature FROM public.unit_version WHERE code = parent AND divided AND lower(lifespan) = instant
        UNION ALL
        SELECT 1, signature FROM public.unit_version
        WHERE code = parent AND divided AND upper(lifespan) = instant AND NOT upper_inf(lifespan)
    ) AS term;
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

-- The life of a unit has no hole: a code that was given up is never used again. Its past is written with its first
-- versions, in one transaction, or never.
CREATE FUNCTION check_life(version unit_version, added boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    life pg_catalog.record;
BEGIN
    SELECT range_agg(lifespan) AS spans, bool_or(recorded_at <> version.recorded_at) AS was_known INTO life
    FROM public.unit_version WHERE code = version.code;
    IF life.spans <> multirange(range_merge(life.spans)) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'code_used_again', TABLE = 'unit_version', SCHEMA = 'public',
            MESSAGE = format('code_used_again: %s would be in force again after a time without it', version.code),
            HINT = 'Give the new unit a code of its own.';
    END IF;
    IF added AND life.was_known AND lower(version.lifespan) < date_trunc('day', clock_timestamp(), 'Asia/Shanghai') THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept', TABLE = 'unit_version', SCHEMA = 'public',
            MESSAGE = format('history_is_kept: %s has a past, to which no version can be added', version.code),
            HINT = 'Begin the version today or later.';
    END IF;
END $$;

-- The past is never rewritten: a version that has begun stays as it is, but for its open end, which may be set to today
-- or later. A version that has not begun may still be taken back. The clock is asked, not now(): a transaction may have
-- been open for days. The geometries are compared as bytes, by a cast, which no search_path can divert.
CREATE FUNCTION keeps_history(before unit_version, after unit_version) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    today CONSTANT pg_catalog.timestamptz := date_trunc('day', clock_timestamp(), 'Asia/Shanghai');
BEGIN
    IF lower(before.lifespan) > clock_timestamp() THEN
        RETURN after IS NULL OR (after.id, after.code) = (before.id, before.code) AND lower(after.lifespan) >= today;
    END IF;
    RETURN after.id = before.id AND (upper_inf(before.lifespan) OR upper(before.lifespan) > clock_timestamp())
       AND lower(after.lifespan) = lower(before.lifespan)
       AND (upper_inf(after.lifespan) OR upper(after.lifespan) >= today)
       AND (after.divided = before.divided OR (after.divided AND lower(before.lifespan) >= today))
       AND (after.code, after.name, after.source, after.change_set_id, after.recorded_at)
         = (before.code, before.name, before.source, before.change_set_id, before.recorded_at)
       AND (after.kind, after.households) IS NOT DISTINCT FROM (before.kind, before.households)
       AND after.geom::pg_catalog.bytea = before.geom::pg_catalog.bytea;
END $$;

CREATE FUNCTION refuse_change(version unit_version) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept', TABLE = 'unit_version', SCHEMA = 'public',
        MESSAGE = format('history_is_kept: version %s of %s has begun and cannot be changed', version.id, version.code),
        HINT = 'End it today or later and begin a new version at the same instant.';
END $$;

-- History is looked at twice, at the statement and at the commit: in between, a day may have begun.
CREATE FUNCTION guard_tiling() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND public.keeps_history(OLD, NEW) IS NOT TRUE THEN
        PERFORM public.refuse_change(OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM public.check_life(OLD, false);
    ELSE
        PERFORM public.check_life(NEW, TG_OP = 'INSERT');
    END IF;
    PERFORM public.check_tiling(touched.parent, touched.instant)
    FROM (VALUES (OLD.parent_code, lower(OLD.lifespan)), (OLD.parent_code, upper(OLD.lifespan)),
                 (OLD.code, lower(OLD.lifespan)), (OLD.code, upper(OLD.lifespan)),
                 (NEW.parent_code, lower(NEW.lifespan)), (NEW.parent_code, upper(NEW.lifespan)),
                 (NEW.code, lower(NEW.lifespan)), (NEW.code, upper(NEW.lifespan))) AS touched(parent, instant)
    WHERE touched.instant IS NOT NULL AND length(touched.parent) < 17  -- a micro-grid has no children
    GROUP BY touched.parent, touched.instant;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER tiling AFTER INSERT OR UPDATE OR DELETE ON unit_version
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_tiling();

CREATE FUNCTION guard_history() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept',
            MESSAGE = 'history_is_kept: the register cannot be emptied';
    END IF;
    IF public.keeps_history(OLD, NEW) IS NOT TRUE THEN
        PERFORM public.refuse_change(OLD);
    END IF;
    RETURN NULL;
END $$;

-- Not BEFORE: then every end of a version would have its signature and area computed again.
CREATE TRIGGER history AFTER UPDATE OR DELETE ON unit_version FOR EACH ROW EXECUTE FUNCTION guard_history();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON unit_version FOR EACH STATEMENT EXECUTE FUNCTION guard_history();
