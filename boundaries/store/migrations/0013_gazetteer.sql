-- The gazetteer 地名地址库: places, communities, buildings, points of interest, roads and doors, with all their names.
-- An entry stays as it is from its begin on; what a later import of its source no longer holds, ends.

CREATE TABLE gazetteer_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL CONSTRAINT bad_gazetteer_source CHECK (length(source) BETWEEN 1 AND 60 AND source !~ '[[:cntrl:]]'),
    kind text NOT NULL CONSTRAINT bad_place_kind CHECK (kind IN ('road', 'door', 'community', 'building', 'poi', 'place')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100 AND name !~ '[[:cntrl:]]'),
    road text NOT NULL DEFAULT '' CHECK (length(road) <= 100),
    number integer CONSTRAINT bad_door_number CHECK (number BETWEEN 0 AND 99999),
    sub text NOT NULL DEFAULT '' CHECK (sub ~ '^[0-9]{0,4}$'),
    geom geometry(Geometry, 4490) NOT NULL,
    is_generated boolean NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    lifespan tstzrange NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan) AND (upper_inf(lifespan) OR isfinite(upper(lifespan)))),
    CONSTRAINT road_and_number CHECK ((kind = 'door') = (number IS NOT NULL) AND (kind IN ('road', 'door')) = (road <> '')),
    CONSTRAINT bad_place CHECK (
        GeometryType(geom) = 'POINT' OR kind = 'road' AND GeometryType(geom) IN ('LINESTRING', 'MULTILINESTRING')),
    CONSTRAINT place_off_lattice CHECK (GeometryType(geom) <> 'POINT' OR (
        ST_X(geom) = round(ST_X(geom)::numeric, 7)::float8 AND ST_Y(geom) = round(ST_Y(geom)::numeric, 7)::float8))
);
COMMENT ON COLUMN gazetteer_entry.road IS 'Of a road or a door, its name in the form of incidents/gazetteer/normal.py.';
COMMENT ON COLUMN gazetteer_entry.digest IS 'SHA-256 of all that the source says of the entry: equal is unchanged.';
COMMENT ON COLUMN gazetteer_entry.is_generated IS 'Made up for a demo, not surveyed.';
CREATE UNIQUE INDEX one_entry_at_a_time ON gazetteer_entry (source, digest) WHERE upper_inf(lifespan);
CREATE INDEX gazetteer_door ON gazetteer_entry (road, number) WHERE kind = 'door';
CREATE INDEX gazetteer_road_entry ON gazetteer_entry (road) WHERE kind = 'road';

CREATE TABLE gazetteer_name (
    entry_id bigint NOT NULL REFERENCES gazetteer_entry (id),
    normal text NOT NULL CHECK (length(normal) BETWEEN 1 AND 200),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100 AND name !~ '[[:cntrl:]]'),
    is_alias boolean NOT NULL,
    PRIMARY KEY (entry_id, normal)
);
COMMENT ON TABLE gazetteer_name IS
    'Names and aliases as they are compared (incidents/gazetteer/normal.py). Doors have none but what they are called besides road and number.';
CREATE INDEX gazetteer_name_normal ON gazetteer_name (normal);
CREATE INDEX gazetteer_name_alike ON gazetteer_name USING gin (normal gin_trgm_ops);

CREATE TABLE gazetteer_road (
    road text PRIMARY KEY CHECK (length(road) BETWEEN 1 AND 100)
);
COMMENT ON TABLE gazetteer_road IS 'Every name of a road that a door was ever at: where names that are alike are looked for.';
CREATE INDEX gazetteer_road_alike ON gazetteer_road USING gin (road gin_trgm_ops);

-- For each statement, not each row: an import brings some hundred thousand.
CREATE FUNCTION guard_gazetteer() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    broken pg_catalog.bool := true;
BEGIN
    IF TG_OP = 'INSERT' AND TG_TABLE_NAME = 'gazetteer_entry' THEN
        SELECT EXISTS (SELECT FROM written WHERE lower(lifespan) < now()) INTO broken;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT EXISTS (SELECT FROM written LEFT JOIN public.gazetteer_entry AS entry ON entry.id = written.entry_id
                       WHERE entry.recorded_at IS DISTINCT FROM now()) INTO broken;
    ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'gazetteer_entry' THEN
        SELECT EXISTS (
            SELECT FROM gone LEFT JOIN written ON written.id = gone.id
            WHERE written.id IS NULL OR NOT upper_inf(gone.lifespan) OR lower(written.lifespan) <> lower(gone.lifespan)
               OR upper(written.lifespan) < now()
               OR (written.source, written.kind, written.name, written.road, written.sub, written.is_generated, written.digest,
                   written.recorded_at, written.geom::bytea) <>
                  (gone.source, gone.kind, gone.name, gone.road, gone.sub, gone.is_generated, gone.digest,
                   gone.recorded_at, gone.geom::bytea)
               OR written.number IS DISTINCT FROM gone.number) INTO broken;
    END IF;
    IF broken THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            MESSAGE = format('history_is_kept: the past of %s is not rewritten; %s is refused', TG_TABLE_NAME, lower(TG_OP)),
            HINT = 'End the entry now and begin another.';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER history_begins AFTER INSERT ON gazetteer_entry
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION guard_gazetteer();
CREATE TRIGGER history_goes_on AFTER UPDATE ON gazetteer_entry
    REFERENCING NEW TABLE AS written OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION guard_gazetteer();
CREATE TRIGGER history_stays BEFORE DELETE OR TRUNCATE ON gazetteer_entry FOR EACH STATEMENT EXECUTE FUNCTION guard_gazetteer();
CREATE TRIGGER history_begins AFTER INSERT ON gazetteer_name
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION guard_gazetteer();
CREATE TRIGGER history_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON gazetteer_name
    FOR EACH STATEMENT EXECUTE FUNCTION guard_gazetteer();
ALTER TABLE gazetteer_entry ENABLE ALWAYS TRIGGER history_begins, ENABLE ALWAYS TRIGGER history_goes_on,
    ENABLE ALWAYS TRIGGER history_stays;
ALTER TABLE gazetteer_name ENABLE ALWAYS TRIGGER history_begins, ENABLE ALWAYS TRIGGER history_stays;
