-- How many people live in a unit: a sum, as that of the households, where somebody has counted. Never records of residents.
ALTER TABLE unit_version ADD COLUMN population integer CONSTRAINT bad_population CHECK (population >= 0);
ALTER TABLE lineage ADD COLUMN population integer CHECK (population >= 0);
COMMENT ON COLUMN unit_version.population IS 'A sum; null where it is not known.';
COMMENT ON TABLE lineage IS
    'Land, households and population that went from one version to another; what a unit keeps stands there too.';

-- A version that has begun keeps its population too (0001_register.sql says why and how).
CREATE OR REPLACE FUNCTION keeps_history(before unit_version, after unit_version) RETURNS boolean LANGUAGE plpgsql AS $$
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
       AND (after.kind, after.households, after.population)
         IS NOT DISTINCT FROM (before.kind, before.households, before.population)
       AND after.geom::pg_catalog.bytea = before.geom::pg_catalog.bytea;
END $$;
