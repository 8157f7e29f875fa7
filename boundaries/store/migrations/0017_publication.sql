-- Notice boards and contact cards: what is to be printed, and what was printed. What was printed is only added to.

CREATE TABLE print_job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope text NOT NULL CONSTRAINT bad_print_scope CHECK (scope ~ '^([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$'),
    kind text NOT NULL CONSTRAINT bad_print_kind CHECK (kind IN ('board', 'card')),
    size text NOT NULL CONSTRAINT bad_print_size CHECK (size IN ('A3', 'A4')),
    grids text[] NOT NULL CONSTRAINT bad_print_grids CHECK (cardinality(grids) BETWEEN 1 AND 1000),
    address text NOT NULL CHECK (length(address) <= 300),
    is_public_address boolean NOT NULL,
    asked_by bigint REFERENCES account (id),
    asked_at timestamptz NOT NULL DEFAULT now(),
    tries smallint NOT NULL DEFAULT 0,
    started_at timestamptz,
    ended_at timestamptz,
    error text CHECK (length(error) <= 60),
    content bytea CHECK (octet_length(content) <= 500000000),
    CONSTRAINT open_has_no_end CHECK (ended_at IS NOT NULL OR error IS NULL AND content IS NULL),
    CONSTRAINT failed_has_no_file CHECK (error IS NULL OR content IS NULL)
);
COMMENT ON TABLE print_job IS 'Files of boards and cards, made by whoever works on jobs. The file goes after some days, the row stays.';
COMMENT ON COLUMN print_job.scope IS 'The smallest unit that holds all the grids; rights are asked for it.';
COMMENT ON COLUMN print_job.address IS 'Beginning of the address in the QR code; is_public_address where the setting said it.';
CREATE INDEX print_job_open ON print_job (id) WHERE ended_at IS NULL;

-- Pages that are ready: they are not made again after a restart.
CREATE TABLE print_part (
    job_id bigint NOT NULL REFERENCES print_job (id),
    first integer NOT NULL CHECK (first >= 0),
    grids integer NOT NULL CHECK (grids > 0),
    digests jsonb NOT NULL CHECK (jsonb_typeof(digests) = 'object'),
    made_at timestamptz NOT NULL DEFAULT now(),
    content bytea NOT NULL,
    PRIMARY KEY (job_id, first)
);
COMMENT ON COLUMN print_part.digests IS 'By grid, a digest of each published thing; no name and no phone.';

CREATE TABLE printed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES print_job (id),
    grid_code text NOT NULL REFERENCES unit (code) CONSTRAINT not_a_grid CHECK (length(grid_code) = 15),
    kind text NOT NULL CHECK (kind IN ('board', 'card')),
    size text NOT NULL CHECK (size IN ('A3', 'A4')),
    digests jsonb NOT NULL CHECK (jsonb_typeof(digests) = 'object'),
    printed_at timestamptz NOT NULL,
    CONSTRAINT printed_once UNIQUE (job_id, grid_code)
);
COMMENT ON TABLE printed IS 'What was printed of which grid, as digests: what has changed since is worked out when asked, never stored.';
CREATE INDEX printed_grid ON printed (grid_code text_pattern_ops, kind, size, printed_at DESC);

CREATE FUNCTION guard_printed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN  -- the latest counts, so none is of a time to come, whatever a clock said
        NEW.printed_at := least(NEW.printed_at, clock_timestamp());
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'printed_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
        MESSAGE = format('printed_is_kept: what was printed is only added to; %s is refused', lower(TG_OP)),
        HINT = 'Print it again: the latest counts.';
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON printed FOR EACH ROW EXECUTE FUNCTION guard_printed();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON printed FOR EACH STATEMENT EXECUTE FUNCTION guard_printed();
ALTER TABLE printed ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER kept_whole;

-- What is drawn on the maps of boards.
CREATE INDEX gazetteer_drawn ON gazetteer_entry USING gist (geom)
    WHERE kind IN ('road', 'poi', 'community', 'place') AND upper_inf(lifespan);
