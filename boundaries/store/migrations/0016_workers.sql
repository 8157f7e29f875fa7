-- Training, assessment and absence of grid workers, their badges, and the one rule by which it is known who serves a grid.

-- 50 random bits in Crockford's alphabet, which has no I, L, O and U: nobody guesses another's.
CREATE FUNCTION new_badge_no() RETURNS text LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT 'W' || string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(random.bytes, place) & 31), 1), '')
    FROM (SELECT uuid_send(gen_random_uuid()) AS bytes) AS random,
         unnest(ARRAY[0, 1, 2, 3, 4, 5, 9, 10, 11, 12]) AS place;  -- the others tell the kind of the identifier
END;

ALTER TABLE grid_worker
    ADD COLUMN badge_no text NOT NULL DEFAULT new_badge_no()
        CONSTRAINT badge_taken UNIQUE CONSTRAINT bad_badge_no CHECK (badge_no ~ '^W[0-9A-HJKMNP-TV-Z]{10}$'),
    ADD COLUMN account_id bigint CONSTRAINT account_of_another UNIQUE REFERENCES account (id);
COMMENT ON COLUMN grid_worker.badge_no IS 'On the badge, for a resident to check; it stays with the worker.';
COMMENT ON COLUMN grid_worker.account_id IS 'With which the worker reports incidents, where one is named.';

-- ---------------------------------------------------------------------------------------------------------------------
-- Records: added, annulled with a reason, and nothing else (Art. 13 and 21 of the regulation).

CREATE TABLE worker_training (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id bigint NOT NULL REFERENCES grid_worker (id),
    held_on date NOT NULL CONSTRAINT bad_record_day CHECK (held_on >= '1980-01-01'),
    course text NOT NULL CONSTRAINT bad_course CHECK (length(course) BETWEEN 1 AND 100 AND course !~ '[[:cntrl:]]'),
    hours numeric(5, 1) NOT NULL CONSTRAINT bad_hours CHECK (hours > 0 AND hours <= 1000),
    annulled text CONSTRAINT bad_reason CHECK (length(annulled) BETWEEN 1 AND 200 AND annulled !~ '[[:cntrl:]]'),
    recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX worker_training_of ON worker_training (worker_id, held_on);

CREATE TABLE worker_assessment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id bigint NOT NULL REFERENCES grid_worker (id),
    held_on date NOT NULL CONSTRAINT bad_record_day CHECK (held_on >= '1980-01-01'),
    passed boolean NOT NULL,
    score numeric(4, 1) CONSTRAINT bad_score CHECK (score BETWEEN 0 AND 100),
    annulled text CONSTRAINT bad_reason CHECK (length(annulled) BETWEEN 1 AND 200 AND annulled !~ '[[:cntrl:]]'),
    recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX worker_assessment_of ON worker_assessment (worker_id, held_on, id);

-- What a worker lacks on a day in order to begin a duty: a training on or before it, and that the latest assessment on or before
-- it was passed, after a training.
CREATE FUNCTION missing_record(worker bigint, day date) RETURNS text LANGUAGE sql STABLE
RETURN CASE
    WHEN NOT EXISTS (SELECT FROM worker_training AS training
                     WHERE training.worker_id = worker AND training.annulled IS NULL AND training.held_on <= day)
        THEN 'worker_not_trained'
    WHEN (SELECT assessment.passed AND EXISTS (
              SELECT FROM worker_training AS training
              WHERE training.worker_id = worker AND training.annulled IS NULL AND training.held_on <= assessment.held_on)
          FROM worker_assessment AS assessment
          WHERE assessment.worker_id = worker AND assessment.annulled IS NULL AND assessment.held_on <= day
          ORDER BY assessment.held_on DESC, assessment.id DESC LIMIT 1) IS NOT TRUE
        THEN 'worker_not_assessed'
END;

CREATE FUNCTION city_day(instant timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CAST(instant AT TIME ZONE INTERVAL '08:00' AS date);

-- The worker's row is written with whatever a rule compares with it, so that of two writers who do not see each other the second
-- waits, or is told to try again.
CREATE FUNCTION hold_worker(worker bigint) RETURNS grid_worker LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held public.grid_worker;
BEGIN
    UPDATE public.grid_worker SET name = name WHERE id = worker RETURNING * INTO held;
    RETURN held;
END $$;

CREATE FUNCTION guard_record() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keeps pg_catalog.bool := false;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.held_on > public.city_day(clock_timestamp()) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'check_violation', CONSTRAINT = 'day_in_future', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
                MESSAGE = format('day_in_future: %s has not come yet', NEW.held_on), HINT = 'Enter it once it was held.';
        END IF;
        keeps := NEW.annulled IS NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        keeps := OLD.annulled IS NULL AND NEW.annulled IS NOT NULL AND to_jsonb(NEW) - 'annulled' = to_jsonb(OLD) - 'annulled';
    END IF;
    IF keeps IS NOT TRUE THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'record_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            MESSAGE = format('record_is_kept: %s is only added to; %s is refused', TG_TABLE_NAME, lower(TG_OP)),
            HINT = 'Annul the record once, with a reason, and add another.';
    END IF;
    PERFORM public.hold_worker(NEW.worker_id);
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON worker_training FOR EACH ROW EXECUTE FUNCTION guard_record();
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON worker_assessment FOR EACH ROW EXECUTE FUNCTION guard_record();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON worker_training FOR EACH STATEMENT EXECUTE FUNCTION guard_record();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON worker_assessment FOR EACH STATEMENT EXECUTE FUNCTION guard_record();
-- ALWAYS: a session that plays a replica would pass by an ordinary trigger.
ALTER TABLE worker_training ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER no_truncate;
ALTER TABLE worker_assessment ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER no_truncate;

-- ---------------------------------------------------------------------------------------------------------------------
-- Absences, with who stands in.

CREATE TABLE worker_absence (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id bigint NOT NULL REFERENCES grid_worker (id),
    substitute_id bigint REFERENCES grid_worker (id) CONSTRAINT bad_substitute CHECK (substitute_id <> worker_id),
    lifespan tstzrange NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan) AND NOT upper_inf(lifespan) AND isfinite(upper(lifespan))),
    CONSTRAINT unreadable_lifespan CHECK (is_readable(lifespan)),
    CONSTRAINT one_absence_at_a_time EXCLUDE USING gist (worker_id WITH =, lifespan WITH &&)
);
COMMENT ON TABLE worker_absence IS 'From when to when a worker serves nobody; the substitute, where there is one, serves instead.';
CREATE INDEX worker_absence_substitute ON worker_absence (substitute_id);

CREATE FUNCTION guard_absence() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    absent public.grid_worker := public.hold_worker(NEW.worker_id);
    substitute public.grid_worker;
    missing pg_catalog.text;
    elsewhere pg_catalog.text;
    fault pg_catalog.text[];
BEGIN
    IF NEW.substitute_id IS NOT NULL THEN
        substitute := public.hold_worker(NEW.substitute_id);
        missing := public.missing_record(NEW.substitute_id, public.city_day(lower(NEW.lifespan)));
        elsewhere := (SELECT min(grid_code) FROM public.duty
                      WHERE worker_id = NEW.worker_id AND lifespan && NEW.lifespan AND NOT starts_with(grid_code, substitute.scope));
    END IF;
    fault := CASE
        WHEN NOT absent.active OR NOT substitute.active THEN
            ARRAY['worker_not_active', format('grid worker %s is not active', CASE WHEN absent.active THEN substitute.id ELSE absent.id END),
                  'Make the worker active first, or choose another.']
        WHEN missing IS NOT NULL THEN
            ARRAY[missing, format('grid worker %s, who is to stand in, has no %s by the day on which the absence begins', substitute.id,
                                  CASE missing WHEN 'worker_not_trained' THEN 'training' ELSE 'passed assessment' END),
                  'Enter it first, or choose another.']
        WHEN elsewhere IS NOT NULL THEN
            ARRAY['worker_of_elsewhere', format('grid worker %s belongs to %s, where grid %s is not', substitute.id, substitute.scope, elsewhere),
                  'Choose a worker of the grid''s own county, town or village.']
        WHEN EXISTS (SELECT FROM public.worker_absence WHERE worker_id = NEW.substitute_id AND lifespan && NEW.lifespan) THEN
            ARRAY['substitute_absent', format('grid worker %s, who is to stand in, is absent in that time too', substitute.id),
                  'Choose another, or enter two absences one after the other.']
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = fault[1], TABLE = 'worker_absence', SCHEMA = 'public',
            MESSAGE = format('%s: %s', fault[1], fault[2]), HINT = fault[3];
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER history BEFORE INSERT OR UPDATE OR DELETE ON worker_absence FOR EACH ROW EXECUTE FUNCTION guard_dated();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON worker_absence FOR EACH STATEMENT EXECUTE FUNCTION guard_dated();
CREATE TRIGGER stands_in BEFORE INSERT ON worker_absence FOR EACH ROW EXECUTE FUNCTION guard_absence();
CREATE TRIGGER stands_in_longer BEFORE UPDATE ON worker_absence FOR EACH ROW
    WHEN (NOT NEW.lifespan <@ OLD.lifespan) EXECUTE FUNCTION guard_absence();
ALTER TABLE worker_absence
    ENABLE ALWAYS TRIGGER history, ENABLE ALWAYS TRIGGER no_truncate, ENABLE ALWAYS TRIGGER stands_in,
    ENABLE ALWAYS TRIGGER stands_in_longer;

-- ---------------------------------------------------------------------------------------------------------------------
-- No duty begins without the records, and a full-time worker is responsible for one grid at a time.

-- A duty of the same worker that meets a lifespan while its grid is in force; later the grid may have been retired.
CREATE FUNCTION other_responsible(worker bigint, besides bigint, span tstzrange) RETURNS text LANGUAGE sql STABLE
RETURN (
    SELECT min(duty.grid_code) FROM duty
    WHERE duty.worker_id = worker AND duty.id <> besides AND duty.role = 'responsible' AND duty.lifespan && span
          AND EXISTS (SELECT FROM unit_version AS grid WHERE grid.code = duty.grid_code AND grid.lifespan && (duty.lifespan * span)));

CREATE OR REPLACE FUNCTION guard_duty() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    worker public.grid_worker := public.hold_worker(NEW.worker_id);
    missing pg_catalog.text;
    other pg_catalog.text;
    fault pg_catalog.text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        missing := public.missing_record(NEW.worker_id, public.city_day(lower(NEW.lifespan)));
    END IF;
    IF worker.kind = 'full_time' AND NEW.role = 'responsible' THEN
        other := public.other_responsible(NEW.worker_id, NEW.id, NEW.lifespan);
    END IF;
    fault := CASE
        WHEN TG_OP = 'INSERT'
            AND NOT EXISTS (SELECT FROM public.unit_version WHERE code = NEW.grid_code AND lifespan @> lower(NEW.lifespan)) THEN
            ARRAY['grid_not_in_force', format('grid %s is not in force at %s', NEW.grid_code, lower(NEW.lifespan)),
                  'Give a grid and a day on which it is.']
        WHEN NOT starts_with(NEW.grid_code, worker.scope) THEN
            ARRAY['worker_of_elsewhere', format('grid worker %s belongs to %s, where grid %s is not', worker.id, worker.scope,
                                                NEW.grid_code), 'Choose a worker of the grid''s own county, town or village.']
        WHEN NOT worker.active THEN
            ARRAY['worker_not_active', format('grid worker %s is not active', worker.id), 'Make the worker active first.']
        WHEN missing = 'worker_not_trained' THEN
            ARRAY[missing, format('grid worker %s has no training by the day on which the duty begins', worker.id),
                  'Enter the training first, or begin the duty later.']
        WHEN missing = 'worker_not_assessed' THEN
            ARRAY[missing, format('grid worker %s has not passed the latest assessment by the day on which the duty begins', worker.id),
                  'Enter a passed assessment after a training first, or begin the duty later.']
        WHEN other IS NOT NULL THEN
            ARRAY['overlapping_duty', format('full-time grid worker %s is responsible for grid %s in that time', worker.id, other),
                  'End that duty first, or let the worker assist.']
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = fault[1], TABLE = 'duty', SCHEMA = 'public',
            MESSAGE = format('%s: %s', fault[1], fault[2]), HINT = fault[3];
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER in_force ON duty;
CREATE TRIGGER in_force BEFORE INSERT ON duty FOR EACH ROW EXECUTE FUNCTION guard_duty();
-- What ends earlier meets nothing new: a duty of before these rules can always be ended.
CREATE TRIGGER in_force_longer BEFORE UPDATE ON duty FOR EACH ROW
    WHEN (NOT NEW.lifespan <@ OLD.lifespan) EXECUTE FUNCTION guard_duty();
ALTER TABLE duty ENABLE ALWAYS TRIGGER in_force, ENABLE ALWAYS TRIGGER in_force_longer;

-- Duties and substitutions that are not over and stand on no record: those that begin on a day or later.
CREATE FUNCTION unfounded(worker bigint, since date)
RETURNS TABLE (duty_id bigint, grid_code text, absence_id bigint) LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT standing.duty_id, standing.grid_code, standing.absence_id
    FROM (SELECT duty.id AS duty_id, duty.grid_code, NULL::bigint AS absence_id, duty.lifespan
          FROM duty WHERE duty.worker_id = worker
          UNION ALL
          SELECT NULL, NULL, absence.id, absence.lifespan FROM worker_absence AS absence
          WHERE absence.substitute_id = worker) AS standing
    WHERE (upper_inf(standing.lifespan) OR upper(standing.lifespan) > clock_timestamp())
          AND city_day(lower(standing.lifespan)) >= since
          AND missing_record(worker, city_day(lower(standing.lifespan))) IS NOT NULL
    ORDER BY standing.duty_id, standing.absence_id;
END;

-- At the commit: a record that is annulled, or an assessment that was failed, leaves no duty without what it began on.
CREATE FUNCTION guard_foundation() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.annulled IS NOT NULL OR to_jsonb(NEW) ->> 'passed' = 'false')
        AND EXISTS (SELECT FROM public.unfounded(NEW.worker_id, NEW.held_on)) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'duty_needs_record', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            MESSAGE = format('duty_needs_record: grid worker %s has duties that would stand without a training and a passed assessment',
                             NEW.worker_id),
            HINT = 'End those duties in the same transaction.';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER standing AFTER INSERT OR UPDATE ON worker_training
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_foundation();
CREATE CONSTRAINT TRIGGER standing AFTER INSERT OR UPDATE ON worker_assessment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_foundation();
ALTER TABLE worker_training ENABLE ALWAYS TRIGGER standing;
ALTER TABLE worker_assessment ENABLE ALWAYS TRIGGER standing;

-- At the commit: who is no longer active serves and stands in nowhere; who has become full-time is responsible for one grid.
CREATE FUNCTION guard_worker() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    fault pg_catalog.text[];
BEGIN
    fault := CASE
        WHEN NOT NEW.active AND EXISTS (
            SELECT FROM public.duty
            WHERE worker_id = NEW.id AND (upper_inf(lifespan) OR upper(lifespan) > clock_timestamp())
            UNION ALL
            SELECT FROM public.worker_absence WHERE substitute_id = NEW.id AND upper(lifespan) > clock_timestamp()) THEN
            ARRAY['worker_not_active', format('grid worker %s still has duties or stands in', NEW.id), 'End them first.']
        WHEN NEW.kind = 'full_time' AND EXISTS (
            SELECT FROM public.duty
            WHERE worker_id = NEW.id AND role = 'responsible' AND (upper_inf(lifespan) OR upper(lifespan) > clock_timestamp())
                AND public.other_responsible(NEW.id, id, lifespan * tstzrange(clock_timestamp(), NULL)) IS NOT NULL) THEN
            ARRAY['overlapping_duty', format('grid worker %s is responsible for several grids at a time', NEW.id),
                  'End these duties but one before the worker is full-time.']
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = fault[1], TABLE = 'grid_worker', SCHEMA = 'public',
            MESSAGE = format('%s: %s', fault[1], fault[2]), HINT = fault[3];
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER standing AFTER UPDATE ON grid_worker
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.active, OLD.kind) IS DISTINCT FROM (NEW.active, NEW.kind)) EXECUTE FUNCTION guard_worker();
ALTER TABLE grid_worker ENABLE ALWAYS TRIGGER standing;

-- ---------------------------------------------------------------------------------------------------------------------
-- Who serves a grid, said here and nowhere else. Both functions are inlined into whatever asks them.

-- Duties in force at an instant, each with who serves then: its worker or, in an absence, the substitute, unless that one is absent
-- too or of elsewhere. A duty that nobody serves gives no row. valid_to is that of the duty.
CREATE FUNCTION serving(codes text[], at timestamptz)
RETURNS TABLE (duty_id bigint, grid_code text, role text, worker_id bigint, name text, work_phone text, kind text,
               substitutes_for text, valid_from timestamptz, valid_to timestamptz) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT duty.id, duty.grid_code, duty.role, person.id, person.name, person.work_phone, person.kind,
           CASE WHEN absence.id IS NOT NULL THEN regular.name END, lower(duty.lifespan), upper(duty.lifespan)
    FROM duty
    JOIN grid_worker AS regular ON regular.id = duty.worker_id
    LEFT JOIN worker_absence AS absence ON absence.worker_id = duty.worker_id AND absence.lifespan @> serving.at
    JOIN grid_worker AS person ON person.id = CASE WHEN absence.id IS NULL THEN duty.worker_id ELSE absence.substitute_id END
    WHERE duty.grid_code = ANY (serving.codes) AND duty.lifespan @> serving.at
          AND EXISTS (SELECT FROM unit_version AS grid WHERE grid.code = duty.grid_code AND grid.lifespan @> serving.at)
          AND (absence.id IS NULL
               OR (starts_with(duty.grid_code, person.scope)
                   AND NOT EXISTS (SELECT FROM worker_absence AS own
                                   WHERE own.worker_id = absence.substitute_id AND own.lifespan @> serving.at)));
END;

-- Who is responsible for each of some grids at an instant; of several, whose duty is the oldest.
CREATE FUNCTION responsible_workers(codes text[], at timestamptz)
RETURNS TABLE (grid_code text, worker_id bigint, name text, work_phone text) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT DISTINCT ON (served.grid_code) served.grid_code, served.worker_id, served.name, served.work_phone
    FROM serving(responsible_workers.codes, responsible_workers.at) AS served
    WHERE served.role = 'responsible'
    ORDER BY served.grid_code, served.duty_id;
END;
