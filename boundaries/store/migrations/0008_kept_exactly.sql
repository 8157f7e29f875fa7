-- What an adversary with psql still got past: rings whose hashes add up to nothing, two writers who each see a code's life
-- whole, records added to a change that was decided, and instants that no program can read.

-- ---------------------------------------------------------------------------------------------------------------------
-- The edges themselves. Signatures are added up at every row, which is quick and finds every mistake; but a ring of zero
-- signature can be computed in seconds, so each (parent, instant) is proven once more, without hashing, and only once a
-- transaction: the rows' triggers put it down here, and its own trigger proves it and takes it away.

CREATE UNLOGGED TABLE proof_due (
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    parent text NOT NULL,
    instant timestamptz NOT NULL,
    PRIMARY KEY (transaction, parent, instant)
);
COMMENT ON TABLE proof_due IS 'Parents and instants that a transaction under way has still to prove. Empty to everybody else.';

-- A directed edge as its lower end, its upper end and its direction. Doubles compare exactly: the shapes are on the lattice.
CREATE FUNCTION boundary_edges(shape geometry, OUT ax float8, OUT ay float8, OUT bx float8, OUT by_ float8, OUT direction int)
RETURNS SETOF record LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH dump AS (
        SELECT path[1] AS part, path[2] AS ring, ST_X(geom) AS x, ST_Y(geom) AS y FROM ST_DumpPoints(ST_Multi(shape)) OFFSET 0
    ), edge AS (
        SELECT part, ring, x, y, (lag(part) OVER (), lag(ring) OVER ()) = (part, ring) AS continues,
               lag(x) OVER () AS px, lag(y) OVER () AS py
        FROM dump
    ), turned AS (
        SELECT part, ring, CASE WHEN (sum(round(px * 10000000)::bigint * round(y * 10000000)::bigint
            - round(x * 10000000)::bigint * round(py * 10000000)::bigint) > 0) = (ring = 1) THEN 1 ELSE -1 END AS sense
        FROM edge WHERE continues GROUP BY part, ring
    )
    SELECT CASE WHEN (px, py) < (x, y) THEN px ELSE x END, CASE WHEN (px, py) < (x, y) THEN py ELSE y END,
           CASE WHEN (px, py) < (x, y) THEN x ELSE px END, CASE WHEN (px, py) < (x, y) THEN y ELSE py END,
           CASE WHEN (px, py) < (x, y) THEN sense ELSE -sense END
    FROM edge JOIN turned USING (part, ring)
    WHERE continues AND (px, py) <> (x, y);
END;

CREATE FUNCTION refuse_tiling(parent text, instant timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    faces pg_catalog.text;
BEGIN
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

CREATE FUNCTION is_balanced(parent text, instant timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT FROM (
            SELECT 1 AS sign, geom FROM public.unit_version WHERE parent_code = parent AND lower(lifespan) = instant
            UNION ALL
            SELECT -1, geom FROM public.unit_version
            WHERE parent_code = parent AND upper(lifespan) = instant AND NOT upper_inf(lifespan)
            UNION ALL
            SELECT -1, geom FROM public.unit_version WHERE code = parent AND divided AND lower(lifespan) = instant
            UNION ALL
            SELECT 1, geom FROM public.unit_version
            WHERE code = parent AND divided AND upper(lifespan) = instant AND NOT upper_inf(lifespan)
        ) AS term, LATERAL public.boundary_edges(geom) AS edge
        GROUP BY ax, ay, bx, by_ HAVING sum(sign * direction) <> 0);
END $$;

-- Runs as the owner: nobody else reads or writes what is due. Taken away first, so that a later row puts it down again.
CREATE FUNCTION guard_proof() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM public.proof_due
    WHERE transaction = NEW.transaction AND parent = NEW.parent AND instant = NEW.instant;
    IF FOUND AND public.is_balanced(NEW.parent, NEW.instant) IS NOT TRUE THEN
        PERFORM public.refuse_tiling(NEW.parent, NEW.instant);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER proof AFTER INSERT ON proof_due
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_proof();

CREATE FUNCTION owe_proof(parent text, instant timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.proof_due (parent, instant) VALUES (owe_proof.parent, owe_proof.instant) ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION guard_tiling() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND public.keeps_history(OLD, NEW) IS NOT TRUE THEN
        PERFORM public.refuse_change(OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM public.check_life(OLD, false);
    ELSE
        PERFORM public.check_life(NEW, TG_OP = 'INSERT');
    END IF;
    PERFORM public.check_tiling(touched.parent, touched.instant), public.owe_proof(touched.parent, touched.instant)
    FROM (VALUES (OLD.parent_code, lower(OLD.lifespan)), (OLD.parent_code, upper(OLD.lifespan)),
                 (OLD.code, lower(OLD.lifespan)), (OLD.code, upper(OLD.lifespan)),
                 (NEW.parent_code, lower(NEW.lifespan)), (NEW.parent_code, upper(NEW.lifespan)),
                 (NEW.code, lower(NEW.lifespan)), (NEW.code, upper(NEW.lifespan))) AS touched(parent, instant)
    WHERE touched.instant IS NOT NULL AND length(touched.parent) < 17  -- a micro-grid has no children
    GROUP BY touched.parent, touched.instant;
    RETURN NULL;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- One life of a code, whatever two writers see of it: one takes the last version away while another goes on from it. So
-- a version that joins another one, which its own transaction has not written, writes that one too; the other writer
-- then waits for the row, or is told to try again.

CREATE OR REPLACE FUNCTION check_life(version unit_version, added boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    life pg_catalog.record;
BEGIN
    IF added THEN
        UPDATE public.unit_version SET source = source
        WHERE code = version.code AND id <> version.id AND xmin <> pg_current_xact_id()::pg_catalog.xid
          AND (upper(lifespan) = lower(version.lifespan) OR lower(lifespan) = upper(version.lifespan));
    END IF;
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
            MESSAGE = format('history_is_kept: %s is known already and gets no earlier past', version.code),
            HINT = 'Begin its new version today or later.';
    END IF;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Instants that a program can read and print: years of four digits. An instant beyond made every list that holds it fail.

CREATE FUNCTION is_readable(instant timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN instant IS NULL OR instant >= '1000-01-01 00:00:00+00' AND instant < '9999-01-01 00:00:00+00';
CREATE FUNCTION is_readable(span tstzrange) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN is_readable(lower(span)) AND is_readable(upper(span));

ALTER TABLE unit_version ADD CONSTRAINT unreadable_lifespan CHECK (is_readable(lifespan));
ALTER TABLE setting ADD CONSTRAINT unreadable_lifespan CHECK (is_readable(lifespan));
ALTER TABLE duty ADD CONSTRAINT unreadable_lifespan CHECK (is_readable(lifespan));
ALTER TABLE filing ADD CONSTRAINT unreadable_instant CHECK (is_readable(decided_at) AND is_readable(due_on::timestamp AT TIME ZONE 'UTC'));
ALTER TABLE filing_entry ADD CONSTRAINT unreadable_instant CHECK (is_readable(at));
ALTER TABLE change_set ADD CONSTRAINT unreadable_instant CHECK (
    is_readable(created_at) AND is_readable(checked_at) AND is_readable(decided_at) AND is_readable(effective_at)
    AND is_readable(withdrawn_at) AND is_readable(effective_on::timestamp AT TIME ZONE 'UTC'));

-- ---------------------------------------------------------------------------------------------------------------------
-- A change that was decided: it was decided when it says, for a day that had not passed; nobody adds to what it ended,
-- began and gave to whom, nor takes its commands away into another set.

CREATE FUNCTION guard_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.state NOT IN ('draft', 'in_force') THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'illegal_transition', TABLE = 'change_set', SCHEMA = 'public',
            MESSAGE = format('illegal_transition: a change set cannot begin as %s', NEW.state);
    END IF;
    IF NEW.state = 'county_decided' AND OLD.state <> NEW.state
        AND NOT (NEW.decided_at BETWEEN now() AND clock_timestamp()
                 AND NEW.effective_at >= date_trunc('day', clock_timestamp(), 'Asia/Shanghai')
                 AND NEW.effective_on = (NEW.effective_at AT TIME ZONE 'Asia/Shanghai')::pg_catalog.date) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept', TABLE = 'change_set', SCHEMA = 'public',
            MESSAGE = format('history_is_kept: change set %s is decided now, for today or a later day', NEW.id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision BEFORE INSERT OR UPDATE ON change_set FOR EACH ROW EXECUTE FUNCTION guard_decision();

-- A row in progress that one sees is one's own: the set was decided, or imported, in this very transaction.
CREATE FUNCTION is_written_now(number bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.pg_xact_status((pg_catalog.pg_current_xact_id()::text::int8 - pg_catalog.age(xmin))::text::pg_catalog.xid8)
        = 'in progress'
    FROM public.change_set WHERE id = number
$$;

CREATE FUNCTION guard_addition() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.change_set WHERE id = NEW.change_set_id AND state IN ('county_decided', 'in_force'))
        OR public.is_written_now(NEW.change_set_id) IS NOT TRUE THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            MESSAGE = format('history_is_kept: the record of change set %s is written when it is decided', NEW.change_set_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER added_when_decided BEFORE INSERT ON change_unit FOR EACH ROW EXECUTE FUNCTION guard_addition();
CREATE TRIGGER added_when_decided BEFORE INSERT ON lineage FOR EACH ROW EXECUTE FUNCTION guard_addition();

CREATE FUNCTION guard_command_place() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.change_set_id <> OLD.change_set_id THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'change_set_is_kept', TABLE = 'change_command', SCHEMA = 'public',
            MESSAGE = format('change_set_is_kept: a command of change set %s stays in it', OLD.change_set_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON change_command FOR EACH ROW EXECUTE FUNCTION guard_command_place();
