-- What counts of incidents are kept by outside of the tables: which incidents a statement has touched, in the order of
-- snapshots. Whoever holds counts as of one snapshot reads what that snapshot does not see and is exact as of the next.

CREATE TABLE incident_touch (
    xact xid8 NOT NULL,
    first_id bigint NOT NULL,
    last_id bigint NOT NULL
);
COMMENT ON TABLE incident_touch IS
    'Incidents from first_id to last_id were written, or some of them: one row for a statement, or for each run of ids.';
CREATE INDEX incident_touch_xact ON incident_touch (xact);

CREATE TABLE incident_touch_kept (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    pruned_below xid8 NOT NULL,
    next_below xid8 NOT NULL,
    next_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE incident_touch_kept IS
    'How far back the touches reach: a holder whose snapshot is older than pruned_below, or of another epoch, reads all anew.';
INSERT INTO incident_touch_kept (pruned_below, next_below)
SELECT pg_snapshot_xmin(pg_current_snapshot()), pg_snapshot_xmin(pg_current_snapshot());

-- A bulk load of a hundred thousand rows in one statement is one row here. Its range may hold incidents that another
-- writes meanwhile; to read those again does no harm.
CREATE FUNCTION touch_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.incident_touch (xact, first_id, last_id)
    SELECT pg_current_xact_id(), min(id), max(id) FROM written HAVING count(*) > 0;
    RETURN NULL;
END $$;

-- The plan is kept from the first statement of a session, mostly of one row: a nested loop, which took 8 s for 6,000 rows.
CREATE FUNCTION touch_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
BEGIN
    INSERT INTO public.incident_touch (xact, first_id, last_id)
    SELECT pg_current_xact_id(), min(id), max(id)
    FROM (
        SELECT id, id - row_number() OVER (ORDER BY id) AS run
        FROM written JOIN gone USING (id)
        WHERE (written.state, written.matter_code, written.grid_code, written.reported_at, written.px, written.py)
              IS DISTINCT FROM (gone.state, gone.matter_code, gone.grid_code, gone.reported_at, gone.px, gone.py)
    ) AS changed
    GROUP BY run;
    RETURN NULL;
END $$;

CREATE FUNCTION touch_gone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.incident_touch (xact, first_id, last_id)
    SELECT pg_current_xact_id(), min(id), max(id)
    FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS run FROM gone) AS gone
    GROUP BY run;
    RETURN NULL;
END $$;

CREATE FUNCTION touch_all() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.incident_touch_kept SET epoch = gen_random_uuid();
    RETURN NULL;
END $$;

CREATE TRIGGER touch_new AFTER INSERT ON incident
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION touch_new();
CREATE TRIGGER touch_changed AFTER UPDATE ON incident
    REFERENCING NEW TABLE AS written OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION touch_changed();
CREATE TRIGGER touch_gone AFTER DELETE ON incident
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION touch_gone();
CREATE TRIGGER touch_all AFTER TRUNCATE ON incident FOR EACH STATEMENT EXECUTE FUNCTION touch_all();
ALTER TABLE incident ENABLE ALWAYS TRIGGER touch_new, ENABLE ALWAYS TRIGGER touch_changed, ENABLE ALWAYS TRIGGER touch_gone,
    ENABLE ALWAYS TRIGGER touch_all;

-- What every holder of the last hour has seen is deleted. Touches that came with a backup of another server bear numbers
-- of transactions that are yet to be given here; they are about nothing that anybody holds.
CREATE FUNCTION prune_touches() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seen CONSTANT pg_catalog.pg_snapshot := pg_current_snapshot();
BEGIN
    -- By the snapshot of this very statement: what others have written since `seen` was taken must stay.
    DELETE FROM public.incident_touch
    WHERE xact >= pg_snapshot_xmax(pg_current_snapshot()) AND xact IS DISTINCT FROM pg_current_xact_id_if_assigned();
    UPDATE public.incident_touch_kept
    SET pruned_below = pg_snapshot_xmin(seen), next_below = pg_snapshot_xmin(seen), next_at = now(), epoch = gen_random_uuid()
    WHERE greatest(pruned_below, next_below) > pg_snapshot_xmax(seen);
    UPDATE public.incident_touch_kept
    SET pruned_below = next_below, next_below = pg_snapshot_xmin(seen), next_at = now()
    WHERE next_at < now() - interval '1 hour';
    DELETE FROM public.incident_touch WHERE xact < (SELECT pruned_below FROM public.incident_touch_kept);
END $$;
