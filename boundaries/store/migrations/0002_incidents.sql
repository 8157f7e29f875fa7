-- Matters and incidents.

CREATE TABLE matter (
    code text PRIMARY KEY CONSTRAINT bad_matter_code CHECK (length(code) BETWEEN 1 AND 40 AND code ~ '^[A-Za-z0-9_.-]+$'),
    family text NOT NULL CONSTRAINT bad_family CHECK (
        family IN ('publicity', 'base_information', 'public_opinion', 'hazard', 'dispute', 'livelihood')),
    name_zh text NOT NULL,
    name_en text NOT NULL,
    urgent boolean NOT NULL DEFAULT false,
    is_default boolean NOT NULL DEFAULT true
);
COMMENT ON COLUMN matter.is_default IS 'True for a row of the seed list, which no law prescribes and a city may edit.';

-- The last serial given to a county on a day: taken with the row locked, so that numbers have no gaps and no twins.
CREATE TABLE incident_serial (
    county_code text NOT NULL,
    day date NOT NULL,
    last integer NOT NULL CONSTRAINT serials_used_up CHECK (last BETWEEN 0 AND 99999),
    PRIMARY KEY (county_code, day)
);

CREATE TABLE incident (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    no text NOT NULL CONSTRAINT bad_incident_no CHECK (no ~ '^[0-9]{19}$'),
    matter_code text NOT NULL REFERENCES matter (code),
    state text NOT NULL CONSTRAINT bad_state CHECK (state IN (
        'reported', 'registered', 'rejected', 'dispatched', 'handling', 'handled', 'checked', 'closed', 'returned',
        'rework', 'suspended', 'cancelled', 'merged')),
    reported_at timestamptz NOT NULL CHECK (isfinite(reported_at)),
    closed_at timestamptz CHECK (closed_at >= reported_at),
    geom geometry(Point, 4490) NOT NULL
        CONSTRAINT off_lattice CHECK (  -- an empty point has no X
            (round(ST_X(geom) * 10000000) / 10000000 = ST_X(geom)) IS TRUE
            AND (round(ST_Y(geom) * 10000000) / 10000000 = ST_Y(geom)) IS TRUE)
        CONSTRAINT outside_lonlat CHECK (abs(ST_X(geom)) <= 180 AND abs(ST_Y(geom)) <= 90),
    declared_datum text NOT NULL CONSTRAINT unknown_datum CHECK (declared_datum IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09')),
    declared_lon double precision NOT NULL,
    declared_lat double precision NOT NULL,
    grid_version_id bigint,
    micro_grid_version_id bigint,
    grid_code text,
    on_border boolean NOT NULL DEFAULT false,
    also text[] NOT NULL DEFAULT '{}',
    distance_m real NOT NULL DEFAULT 0 CHECK (distance_m >= 0),
    source text NOT NULL,
    px integer NOT NULL CHECK (px BETWEEN 0 AND 33554431),
    py integer NOT NULL CHECK (py BETWEEN 0 AND 33554431),
    CONSTRAINT incident_no UNIQUE (no),
    CONSTRAINT assigned_or_outside CHECK ((grid_version_id IS NULL) = (grid_code IS NULL))
);
COMMENT ON COLUMN incident.grid_version_id IS 'The version of the grid the incident was assigned to; null outside every grid.';
COMMENT ON COLUMN incident.distance_m IS 'Metres to the nearest grid; 0 inside one.';
COMMENT ON COLUMN incident.also IS 'The other grids where the place lies on a border.';
COMMENT ON COLUMN incident.px IS 'Web-mercator pixel column at zoom 17 with tiles of 256 pixels.';
COMMENT ON COLUMN incident.py IS 'Web-mercator pixel row at zoom 17 with tiles of 256 pixels, from the north.';

-- Heat over a short time in a large window is answered from the first index alone, over a long time in a small window
-- from the second: it is read for the columns of the window, and rows and times are sifted in it. (SP-GiST on
-- point(px, py) would read less, but the planner takes every window for one part in a thousand of the table and then
-- scans a million of its entries where the first index would have been the right one.)
CREATE INDEX incident_reported ON incident (reported_at) INCLUDE (px, py, matter_code);
CREATE INDEX incident_pixel ON incident (px, py) INCLUDE (reported_at, matter_code);
CREATE INDEX incident_geom ON incident USING gist (geom);
CREATE INDEX incident_grid ON incident (grid_code, reported_at);
CREATE INDEX incident_micro_grid_version ON incident (micro_grid_version_id, reported_at);

-- An incident is assigned to a version that has begun, of the grid it names, and to a micro-grid of that grid and time.
-- One look at all the rows of a statement: a foreign key looks at each row by itself and takes half the time of a bulk
-- load. Versions that have begun are never deleted, so nothing needs to be looked at from their side.
CREATE FUNCTION guard_assignment() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wrong pg_catalog.text;
BEGIN
    SELECT written.no INTO wrong
    FROM written
    LEFT JOIN public.unit_version AS grid ON grid.id = written.grid_version_id
    LEFT JOIN public.unit_version AS micro ON micro.id = written.micro_grid_version_id
    WHERE (written.grid_version_id IS NOT NULL
           AND (grid.code IS DISTINCT FROM written.grid_code OR grid.level IS DISTINCT FROM 'grid'
                OR lower(grid.lifespan) > now()))
       OR (written.micro_grid_version_id IS NOT NULL
           AND (micro.parent_code IS DISTINCT FROM written.grid_code OR micro.level IS DISTINCT FROM 'micro_grid'
                OR lower(micro.lifespan) > now() OR NOT micro.lifespan && grid.lifespan))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'foreign_key_violation', CONSTRAINT = 'bad_assignment', TABLE = 'incident', SCHEMA = 'public',
            MESSAGE = format('bad_assignment: incident %s is assigned to a version that is not of its grid or time', wrong);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER assignment_of_new AFTER INSERT ON incident
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION guard_assignment();
CREATE TRIGGER assignment_of_changed AFTER UPDATE ON incident
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION guard_assignment();
