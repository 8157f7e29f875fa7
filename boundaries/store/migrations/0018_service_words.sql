-- Complaints and praise about the service of a grid: they go to the supervision body, and to whom they concern once they are answered.
CREATE TABLE service_word (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    no text NOT NULL UNIQUE CHECK (no ~ '^FW[0-9]{6}-[0-9]{4}-[0-9]{6,18}$'),
    grid_code text NOT NULL REFERENCES unit (code) CONSTRAINT not_a_grid CHECK (length(grid_code) = 15),
    worker_id bigint REFERENCES grid_worker (id),
    kind text NOT NULL CONSTRAINT bad_word_kind CHECK (kind IN ('complaint', 'praise')),
    text text NOT NULL CONSTRAINT bad_text CHECK (length(text) BETWEEN 1 AND 2000 AND text !~ '[\x01-\x09\x0b-\x1f\x7f]'),
    received_at timestamptz NOT NULL DEFAULT now(),
    answer text CONSTRAINT bad_answer CHECK (length(answer) BETWEEN 1 AND 2000 AND answer !~ '[\x01-\x09\x0b-\x1f\x7f]'),
    answered_at timestamptz CHECK (isfinite(answered_at)),
    answered_by bigint REFERENCES account (id),
    CONSTRAINT answered_at_once CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answer IS NOT NULL OR answered_by IS NULL))
);
COMMENT ON TABLE service_word IS 'Complaints and praise about service. A worker sees them once they are answered, never who said them.';
COMMENT ON COLUMN service_word.worker_id IS 'Who was responsible for the grid when it was said.';
CREATE INDEX service_word_grid ON service_word (grid_code text_pattern_ops, received_at);
CREATE INDEX service_word_waiting ON service_word (received_at) WHERE answer IS NULL;

-- What was said stays; all that is done to it is one answer, at the instant at which it is written.
CREATE FUNCTION guard_service_word() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.answer IS NULL AND NEW.answer IS NOT NULL
        AND to_jsonb(NEW) - ARRAY['answer', 'answered_at', 'answered_by'] = to_jsonb(OLD) - ARRAY['answer', 'answered_at', 'answered_by'] THEN
        NEW.answered_at := now();
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'service_word_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
        MESSAGE = format('service_word_is_kept: what was said stays, and is answered once; %s is refused', lower(TG_OP));
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON service_word FOR EACH ROW EXECUTE FUNCTION guard_service_word();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON service_word FOR EACH STATEMENT EXECUTE FUNCTION guard_service_word();
ALTER TABLE service_word ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER kept_whole;

CREATE TABLE service_word_contact (
    word_id bigint PRIMARY KEY REFERENCES service_word (id),
    sealed bytea NOT NULL CHECK (length(sealed) BETWEEN 1 AND 2048),
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE service_word_contact IS 'How to reach who said it, encrypted; every look is in the audit trail. Deleted some time after the answer.';

-- A complaint that comes again is known as a report is.
ALTER TABLE submission
    ALTER COLUMN incident_id DROP NOT NULL,
    ADD COLUMN word_id bigint REFERENCES service_word (id),
    ADD CONSTRAINT of_one_thing CHECK (num_nonnulls(incident_id, word_id) = 1);
