-- More of the incident desk: what only the application held of the course, positions after a restore, the matter corrected, photos
-- that come with what was done.

-- ---------------------------------------------------------------------------------------------------------------------
-- What a step wants beside the state. The same stands in incidents/flow.py, which says it in sentences.

ALTER TABLE incident_step ADD COLUMN reason boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN incident_step.reason IS 'Whether words are due.';
INSERT INTO incident_step (action, from_state, to_state)
SELECT 'correct_matter', state, state
FROM unnest(ARRAY['reported', 'registered', 'dispatched', 'handling', 'handled', 'checked', 'returned', 'rework',
                  'suspended']) AS state
ON CONFLICT DO NOTHING;
UPDATE incident_step SET reason = true
WHERE action IN ('reject', 'cancel', 'send_back', 'feed_back', 'fail', 'ask_suspension', 'refuse_suspension', 'advise', 'note',
                 'reroute', 'correct_matter');

CREATE INDEX incident_merged_into ON incident (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX incident_event_consult ON incident_event (incident_id) WHERE action = 'consult';

-- Why an event is not possible though its step is, or null. Each look is as of its own instant, after the row is locked.
CREATE FUNCTION step_fault(event_id bigint, event_of bigint, done text, was text, becomes text, told jsonb)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    case_is public.incident;
    last_turn pg_catalog.text;
    registered pg_catalog.bool;
BEGIN
    SELECT * INTO case_is FROM public.incident WHERE id = event_of;
    IF done IN ('register', 'close') THEN  -- what was generated begins in the middle of its course
        registered := case_is.registered_at IS NOT NULL OR coalesce((
            SELECT from_state <> 'reported' FROM public.incident_event WHERE incident_id = event_of ORDER BY id LIMIT 1), false);
        RETURN CASE WHEN done = 'register' AND registered THEN 'a registration of what is registered'
                    WHEN done = 'close' AND NOT registered THEN 'a close of what was not registered' END;
    ELSIF done = 'dispatch' THEN
        RETURN CASE WHEN was = 'reported' AND NOT case_is.urgent THEN 'a dispatch of what is neither registered nor urgent' END;
    ELSIF done IN ('ask_suspension', 'suspend', 'refuse_suspension') THEN
        SELECT action INTO last_turn FROM public.incident_event
        WHERE incident_id = event_of AND id <> event_id
              AND (action IN ('ask_suspension', 'refuse_suspension', 'dispatch') OR from_state IS DISTINCT FROM to_state)
        ORDER BY id DESC LIMIT 1;
        RETURN CASE WHEN (coalesce(last_turn, '') = 'ask_suspension') = (done = 'ask_suspension')
                    THEN format('%s after %s', done, coalesce(last_turn, 'nothing')) END;
    ELSIF done = 'resume' THEN
        SELECT from_state INTO last_turn FROM public.incident_event
        WHERE incident_id = event_of AND action = 'suspend' ORDER BY id DESC LIMIT 1;
        RETURN CASE WHEN becomes <> coalesce(last_turn, 'handling') THEN 'resume to another state than that before' END;
    ELSIF done = 'merge' THEN
        IF EXISTS (SELECT FROM public.incident WHERE merged_into = event_of) THEN
            RETURN 'a merge of what others were merged into';
        END IF;
        RETURN CASE WHEN NOT EXISTS (
            SELECT FROM public.incident WHERE no = told ->> 'into' AND id <> event_of
                AND state NOT IN ('rejected', 'closed', 'cancelled', 'merged')) THEN 'a merge into nothing that is open' END;
    ELSIF done = 'advise' THEN
        RETURN CASE WHEN NOT EXISTS (SELECT FROM public.incident_event WHERE incident_id = event_of AND action = 'consult')
                    THEN 'advice that nobody asked for' END;
    ELSIF done = 'reroute' THEN
        RETURN CASE WHEN case_is.grid_code IS NOT NULL AND case_is.distance_m = 0 AND cardinality(case_is.also) = 0
                    THEN 'another grid for what lies within its own' END;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION take_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    wrong pg_catalog.text;
    taken pg_catalog.int8;
    wanted pg_catalog.int8;
    conditioned CONSTANT pg_catalog.text[] := ARRAY[
        'register', 'close', 'dispatch', 'ask_suspension', 'suspend', 'refuse_suspension', 'resume', 'merge', 'advise', 'reroute'];
BEGIN
    SELECT format('%s of an incident that is %s', written.action, coalesce(written.from_state, 'not there yet')) INTO wrong
    FROM written
    LEFT JOIN public.incident_step AS step USING (action, from_state, to_state)
    WHERE step IS NULL AND NOT (written.action = 'report' AND written.from_state IS NULL AND written.to_state = 'reported')
    LIMIT 1;
    IF wrong IS NULL AND EXISTS (
        SELECT FROM written JOIN public.incident ON incident.id = written.incident_id
        WHERE written.from_state IS NULL AND incident.state <> 'reported'
    ) THEN
        wrong := 'report of an incident that is on its way already';
    END IF;
    IF wrong IS NULL THEN
        SELECT format('%s without words', written.action) INTO wrong
        FROM written JOIN public.incident_step AS step USING (action, from_state, to_state)
        WHERE step.reason AND written.note IS NULL
        LIMIT 1;
    END IF;
    IF wrong IS NULL AND EXISTS (SELECT FROM written WHERE action = ANY (conditioned) AND from_state IS NOT NULL) THEN
        -- By number, so that two that cross do not wait for each other; both of a merge, so that no circle comes of it.
        PERFORM FROM public.incident
        WHERE id IN (SELECT incident_id FROM written WHERE action = ANY (conditioned) AND from_state IS NOT NULL
                     UNION ALL
                     SELECT other.id FROM written JOIN public.incident AS other ON other.no = written.detail ->> 'into'
                     WHERE written.action = 'merge')
        ORDER BY id FOR NO KEY UPDATE;
        SELECT fault.said INTO wrong
        FROM written CROSS JOIN LATERAL (SELECT public.step_fault(
            written.id, written.incident_id, written.action, written.from_state, written.to_state, written.detail) AS said) AS fault
        WHERE written.action = ANY (conditioned) AND written.from_state IS NOT NULL AND fault.said IS NOT NULL
        LIMIT 1;
    END IF;
    SELECT count(*) INTO wanted FROM written WHERE from_state IS NOT NULL;
    IF wrong IS NULL AND wanted > 0 THEN
        WITH stepped AS (
            UPDATE public.incident
            SET state = written.to_state,
                registered_at = CASE WHEN written.action = 'register' THEN written.at ELSE registered_at END,
                dispatched_at = CASE WHEN written.action = 'dispatch' THEN written.at ELSE dispatched_at END,
                merged_into = CASE WHEN written.action = 'merge' THEN (
                    SELECT other.id FROM public.incident AS other WHERE other.no = written.detail ->> 'into') ELSE merged_into END,
                handled_at = CASE WHEN written.action = 'feed_back' THEN written.at ELSE handled_at END,
                closed_at = CASE WHEN written.to_state IN ('rejected', 'closed', 'cancelled', 'merged') THEN
                    greatest(written.at, reported_at) END
            FROM written
            WHERE incident.id = written.incident_id AND written.from_state IS NOT NULL
                  AND incident.state = written.from_state
            RETURNING 1
        )
        SELECT count(*) INTO taken FROM stepped;
        IF taken <> wanted THEN
            wrong := 'a step from a state that the incident is not in';
        END IF;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'illegal_step', TABLE = 'incident_event', SCHEMA = 'public',
            MESSAGE = format('illegal_step: %s', wrong);
    END IF;
    RETURN NULL;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Positions in the course of incidents are snapshots, and the numbers of transactions in events mean something in their own
-- cluster alone. What had been written when a register began to live here is behind every position that is given out here.

CREATE TABLE incident_event_floor (
    place text PRIMARY KEY,
    event_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE incident_event_floor IS
    'By cluster and database: the last event that was there when the register began to live in it.';

CREATE FUNCTION register_place() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT system_identifier || '.' || oid FROM pg_control_system(), pg_database WHERE datname = current_database()
$$;

-- Only where the register is new here. Whoever is writing an event is waited for: else it would be below the floor unseen.
CREATE FUNCTION set_event_floor(anew boolean DEFAULT false) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    here CONSTANT pg_catalog.text := public.register_place();
BEGIN
    IF NOT anew AND EXISTS (SELECT FROM public.incident_event_floor WHERE place = here) THEN
        RETURN;
    END IF;
    LOCK TABLE public.incident_event IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM public.incident_event_floor WHERE anew;
    INSERT INTO public.incident_event_floor (place, event_id)
    SELECT here, coalesce(max(id), 0) FROM public.incident_event
    ON CONFLICT DO NOTHING;
END $$;
SELECT set_event_floor();

-- ---------------------------------------------------------------------------------------------------------------------

ALTER TABLE incident_photo
    DROP CONSTRAINT bad_photo_stage,
    ADD CONSTRAINT bad_photo_stage CHECK (stage IN ('report', 'feedback', 'note')),
    ADD COLUMN event_id bigint REFERENCES incident_event (id),
    ADD CONSTRAINT photo_of_an_event CHECK (stage = 'report' OR event_id IS NOT NULL) NOT VALID;
COMMENT ON COLUMN incident_photo.event_id IS 'The feedback or note that it came with.';

-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE heat_release (
    month date NOT NULL,
    edition date NOT NULL CHECK (edition > month),
    released_at timestamptz NOT NULL DEFAULT now(),
    cells bytea NOT NULL CHECK (length(cells) % 12 = 0),
    PRIMARY KEY (month, edition)
);
COMMENT ON TABLE heat_release IS
    'What the public is told of a month: cut when it is released, never again. A later edition has only what was entered since.';
COMMENT ON COLUMN heat_release.cells IS 'Columns, rows and counts of the cells of zoom 13, as int32 with the lowest byte first.';
