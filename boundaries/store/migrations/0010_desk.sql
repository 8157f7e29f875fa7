-- The incident desk: departments, the course of an incident, photos, contacts of reporters, and doubled submissions.

CREATE TABLE department (
    code text PRIMARY KEY CONSTRAINT bad_department_code CHECK (code ~ '^[a-z][a-z_]{1,39}$'),
    name_zh text NOT NULL CHECK (length(name_zh) BETWEEN 1 AND 60 AND name_zh !~ '[[:cntrl:]]'),
    name_en text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 100 AND name_en !~ '[[:cntrl:]]'),
    is_default boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE department IS 'Linked departments 联动部门. Article 6 names fourteen, an open list: a city adds its own.';
INSERT INTO department (code, name_zh, name_en, is_default) VALUES
    ('public_security', '公安', 'Public security', true),
    ('civil_affairs', '民政', 'Civil affairs', true),
    ('justice', '司法行政', 'Justice', true),
    ('human_resources', '人力资源社会保障', 'Human resources and social security', true),
    ('natural_resources', '自然资源和规划', 'Natural resources and planning', true),
    ('environment', '生态环境', 'Ecology and environment', true),
    ('agriculture', '农业农村', 'Agriculture and rural affairs', true),
    ('health', '卫生健康', 'Health', true),
    ('emergency', '应急管理', 'Emergency management', true),
    ('urban_management', '城市管理', 'Urban management', true),
    ('market_regulation', '市场监管', 'Market regulation', true),
    ('petitions', '信访', 'Petitions', true),
    ('medical_insurance', '医疗保障', 'Medical insurance', true),
    ('government_services', '政务服务', 'Government services', true);

-- Which department an account of the role "department" works for.
ALTER TABLE account ADD COLUMN department text REFERENCES department (code);

ALTER TABLE incident
    ADD COLUMN urgent boolean NOT NULL DEFAULT false,
    ADD COLUMN description text CONSTRAINT bad_description CHECK (
        length(description) BETWEEN 1 AND 2000 AND description !~ '[\x01-\x09\x0b-\x1f\x7f]'),
    ADD COLUMN address text CONSTRAINT bad_address CHECK (length(address) BETWEEN 1 AND 200 AND address !~ '[[:cntrl:]]'),
    ADD COLUMN nearest_code text,
    ADD COLUMN worker_id bigint REFERENCES grid_worker (id),
    ADD COLUMN reported_by bigint REFERENCES account (id),
    ADD COLUMN department text REFERENCES department (code),
    ADD COLUMN clock text CONSTRAINT bad_clock CHECK (clock IN ('urgent_hour', 'work_hour', 'work_day', 'natural_day')),
    ADD COLUMN clock_limit integer CONSTRAINT bad_clock_limit CHECK (clock_limit BETWEEN 1 AND 1000),
    ADD COLUMN due_at timestamptz CHECK (isfinite(due_at)),
    ADD COLUMN due_supposed boolean NOT NULL DEFAULT false,
    ADD COLUMN registered_at timestamptz,
    ADD COLUMN dispatched_at timestamptz,
    ADD COLUMN handled_at timestamptz,
    ADD COLUMN merged_into bigint REFERENCES incident (id),
    ADD CONSTRAINT clock_and_limit CHECK ((clock IS NULL) = (clock_limit IS NULL)),
    ADD CONSTRAINT merged_into_another CHECK (merged_into <> id AND (state = 'merged' OR merged_into IS NULL));
COMMENT ON COLUMN incident.nearest_code IS 'Outside every grid: the nearest one.';
COMMENT ON COLUMN incident.worker_id IS 'Who was responsible for the grid when the incident came to it.';
COMMENT ON COLUMN incident.department IS 'The department that handles it, or is to be told at once when it is urgent.';
COMMENT ON COLUMN incident.clock IS 'With clock_limit, the term of the matter when the incident was registered.';
COMMENT ON COLUMN incident.due_supposed IS 'Part of the term lies where holidays are not decreed yet; Monday to Friday are supposed.';
CREATE INDEX incident_due ON incident (due_at) WHERE state NOT IN ('rejected', 'closed', 'cancelled', 'merged');
CREATE INDEX incident_open ON incident (grid_code, reported_at) WHERE state NOT IN ('rejected', 'closed', 'cancelled', 'merged');
CREATE INDEX incident_open311 ON incident (id, reported_at) WHERE source = 'open311';
CREATE INDEX incident_without_grid ON incident (reported_at) WHERE grid_code IS NULL;
-- For indicators: what was due or closed in a period.
CREATE INDEX incident_term ON incident (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX incident_closed ON incident (closed_at) WHERE registered_at IS NOT NULL AND closed_at IS NOT NULL;

-- ---------------------------------------------------------------------------------------------------------------------
-- What happens to an incident. An incident changes its state by a step of this table and in no other way.

CREATE TABLE incident_step (
    action text NOT NULL CONSTRAINT bad_action CHECK (action ~ '^[a-z_]{2,40}$'),
    from_state text NOT NULL,
    to_state text NOT NULL,
    PRIMARY KEY (action, from_state, to_state)
);
COMMENT ON TABLE incident_step IS 'The steps of incidents/flow.py, which a test compares.';
INSERT INTO incident_step (action, from_state, to_state) VALUES
    ('register', 'reported', 'registered'),
    ('reject', 'reported', 'rejected'),
    ('cancel', 'reported', 'cancelled'), ('cancel', 'registered', 'cancelled'),
    ('dispatch', 'reported', 'dispatched'),  -- only what is urgent, which is registered afterwards
    ('dispatch', 'registered', 'dispatched'), ('dispatch', 'returned', 'dispatched'), ('dispatch', 'dispatched', 'dispatched'),
    ('register', 'dispatched', 'dispatched'), ('register', 'handling', 'handling'), ('register', 'handled', 'handled'),
    ('register', 'checked', 'checked'), ('register', 'returned', 'returned'), ('register', 'rework', 'rework'),
    ('accept', 'dispatched', 'handling'),
    ('send_back', 'dispatched', 'returned'), ('send_back', 'handling', 'returned'),
    ('feed_back', 'handling', 'handled'), ('feed_back', 'rework', 'handled'),
    ('pass', 'handled', 'checked'), ('fail', 'handled', 'rework'),
    ('close', 'checked', 'closed'),
    ('suspend', 'dispatched', 'suspended'), ('suspend', 'handling', 'suspended'), ('suspend', 'rework', 'suspended'),
    ('resume', 'suspended', 'dispatched'), ('resume', 'suspended', 'handling'), ('resume', 'suspended', 'rework'),
    ('merge', 'reported', 'merged'), ('merge', 'registered', 'merged'), ('merge', 'dispatched', 'merged'),
    ('merge', 'returned', 'merged');
INSERT INTO incident_step (action, from_state, to_state)
SELECT action, state, state
FROM unnest(ARRAY['ask_suspension', 'refuse_suspension']) AS action, unnest(ARRAY['dispatched', 'handling', 'rework']) AS state
UNION ALL
SELECT action, state, state  -- what can happen to every open incident without moving it on
FROM unnest(ARRAY['urge', 'consult', 'advise', 'note', 'reroute', 'reassign', 'absorb', 'due_soon', 'overdue',
                  'new_term']) AS action,
     unnest(ARRAY['reported', 'registered', 'dispatched', 'handling', 'handled', 'checked', 'returned', 'rework',
                  'suspended']) AS state;

CREATE TABLE incident_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    action text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    account_id bigint REFERENCES account (id),
    actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 60),
    note text CONSTRAINT bad_note CHECK (length(note) BETWEEN 1 AND 2000 AND note !~ '[\x01-\x09\x0b-\x1f\x7f]'),
    detail jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object' AND octet_length(detail::text) <= 8192)
);
COMMENT ON TABLE incident_event IS 'The course of incidents, only added to. The event "report" has no state before it.';
COMMENT ON COLUMN incident_event.xact IS
    'Whoever follows the table asks what a snapshot did not see: numbers are given before they are committed.';
CREATE INDEX incident_event_of ON incident_event (incident_id, id);
CREATE INDEX incident_event_xact ON incident_event (xact, id);
CREATE UNIQUE INDEX reported_once ON incident_event (incident_id) WHERE action = 'report';
-- For indicators: the checks of a period, and how long an incident was handled.
CREATE INDEX incident_event_checked ON incident_event (at) INCLUDE (incident_id, action) WHERE action IN ('pass', 'fail');
CREATE INDEX incident_event_clock ON incident_event (incident_id) INCLUDE (action, at)
    WHERE action IN ('dispatch', 'suspend', 'resume');

-- One look at all the rows of a statement, as a bulk intake adds a million. A row lock and the comparison of the state
-- make two who act on one incident at once follow each other: the second finds another state and is refused.
-- By the index always: while a bulk intake goes on, the statistics still tell of a small table, and reading it from end to end
-- for every row of the statement took 23 s for 6,000 of them.
CREATE FUNCTION take_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    wrong pg_catalog.text;
    taken pg_catalog.int8;
    wanted pg_catalog.int8;
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
    SELECT count(*) INTO wanted FROM written WHERE from_state IS NOT NULL;
    IF wrong IS NULL AND wanted > 0 THEN
        WITH stepped AS (
            UPDATE public.incident
            SET state = written.to_state,
                registered_at = CASE WHEN written.action = 'register' THEN written.at ELSE registered_at END,
                dispatched_at = CASE WHEN written.action = 'dispatch' THEN written.at ELSE dispatched_at END,
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
CREATE TRIGGER steps AFTER INSERT ON incident_event
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION take_steps();

CREATE FUNCTION guard_course() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'course_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
        MESSAGE = format('course_is_kept: %s is only added to; %s is refused', TG_TABLE_NAME, lower(TG_OP));
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON incident_event FOR EACH STATEMENT EXECUTE FUNCTION guard_course();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON incident_event FOR EACH STATEMENT EXECUTE FUNCTION guard_course();
ALTER TABLE incident_event ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER kept_whole, ENABLE ALWAYS TRIGGER steps;

-- What has ended keeps the versions of the grid and micro-grid it was assigned to.
CREATE FUNCTION guard_ended() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'assignment_is_kept', TABLE = 'incident', SCHEMA = 'public',
        MESSAGE = format('assignment_is_kept: incident %s has ended and keeps its grid', OLD.no);
END $$;
CREATE TRIGGER ended_stays BEFORE UPDATE ON incident FOR EACH ROW
    WHEN (OLD.state IN ('rejected', 'closed', 'cancelled', 'merged')
          AND (OLD.grid_version_id, OLD.micro_grid_version_id, OLD.grid_code)
              IS DISTINCT FROM (NEW.grid_version_id, NEW.micro_grid_version_id, NEW.grid_code))
    EXECUTE FUNCTION guard_ended();

-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE incident_photo (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    at timestamptz NOT NULL DEFAULT now(),
    account_id bigint REFERENCES account (id),
    stage text NOT NULL CONSTRAINT bad_photo_stage CHECK (stage IN ('report', 'feedback')),
    media_type text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/webp')),
    width integer NOT NULL CHECK (width BETWEEN 1 AND 10000),
    height integer NOT NULL CHECK (height BETWEEN 1 AND 10000),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    content bytea NOT NULL CONSTRAINT photo_too_large CHECK (length(content) <= 4194304)
);
COMMENT ON TABLE incident_photo IS 'Drawn anew from what came in, so that nothing but the picture is left: no place, no device, no time.';
CREATE INDEX incident_photo_of ON incident_photo (incident_id, id);

CREATE TABLE incident_contact (
    incident_id bigint PRIMARY KEY REFERENCES incident (id),
    sealed bytea NOT NULL CHECK (length(sealed) BETWEEN 1 AND 2048),
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE incident_contact IS 'How to reach who reported, encrypted; every look is in the audit trail. Deleted some time after the end.';

-- A submission that comes again, after a lost answer or a double click, is answered with the incident of the first.
CREATE TABLE submission (
    sender text NOT NULL CHECK (length(sender) BETWEEN 1 AND 100),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 100 AND key !~ '[[:cntrl:]]'),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    incident_id bigint NOT NULL REFERENCES incident (id),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sender, key)
);
CREATE INDEX submission_at ON submission (at);
