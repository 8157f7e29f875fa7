DROP TRIGGER stays ON change_command;
DROP TRIGGER added_when_decided ON lineage;
DROP TRIGGER added_when_decided ON change_unit;
DROP TRIGGER decision ON change_set;
DROP FUNCTION guard_command_place(), guard_addition(), is_written_now(bigint), guard_decision();
ALTER TABLE unit_version DROP CONSTRAINT unreadable_lifespan;
ALTER TABLE setting DROP CONSTRAINT unreadable_lifespan;
ALTER TABLE duty DROP CONSTRAINT unreadable_lifespan;
ALTER TABLE filing DROP CONSTRAINT unreadable_instant;
ALTER TABLE filing_entry DROP CONSTRAINT unreadable_instant;
ALTER TABLE change_set DROP CONSTRAINT unreadable_instant;
DROP FUNCTION is_readable(tstzrange), is_readable(timestamptz);
CREATE OR REPLACE FUNCTION check_life(version unit_version, added boolean) RETURNS void LANGUAGE plpgsql AS $$
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
    PERFORM public.check_tiling(touched.parent, touched.instant)
    FROM (VALUES (OLD.parent_code, lower(OLD.lifespan)), (OLD.parent_code, upper(OLD.lifespan)),
                 (OLD.code, lower(OLD.lifespan)), (OLD.code, upper(OLD.lifespan)),
                 (NEW.parent_code, lower(NEW.lifespan)), (NEW.parent_code, upper(NEW.lifespan)),
                 (NEW.code, lower(NEW.lifespan)), (NEW.code, upper(NEW.lifespan))) AS touched(parent, instant)
    WHERE touched.instant IS NOT NULL AND length(touched.parent) < 17  -- a micro-grid has no children
    GROUP BY touched.parent, touched.instant;
    RETURN NULL;
END $$;
DROP TABLE proof_due;
DROP FUNCTION guard_proof(), owe_proof(text, timestamptz), is_balanced(text, timestamptz), refuse_tiling(text, timestamptz);
DROP FUNCTION boundary_edges(geometry);
