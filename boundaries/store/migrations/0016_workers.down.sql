DROP FUNCTION responsible_workers(text[], timestamptz), serving(text[], timestamptz);
DROP TRIGGER standing ON grid_worker;
DROP TRIGGER in_force_longer ON duty;
DROP TRIGGER in_force ON duty;

CREATE OR REPLACE FUNCTION guard_duty() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
CREATE TRIGGER in_force BEFORE INSERT ON duty FOR EACH ROW EXECUTE FUNCTION guard_duty();
ALTER TABLE duty ENABLE ALWAYS TRIGGER in_force;

DROP FUNCTION unfounded(bigint, date), other_responsible(bigint, bigint, tstzrange), missing_record(bigint, date);
DROP TABLE worker_absence, worker_assessment, worker_training;
DROP FUNCTION guard_worker(), guard_foundation(), guard_absence(), guard_record(), hold_worker(bigint), city_day(timestamptz);
ALTER TABLE grid_worker DROP COLUMN account_id, DROP COLUMN badge_no;
DROP FUNCTION new_badge_no();
