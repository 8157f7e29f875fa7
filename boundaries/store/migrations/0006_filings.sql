-- Filings 备案: what a decided change was, frozen, and every step since, in one unbroken chain over the whole city.

CREATE TABLE filing (
    no text PRIMARY KEY CONSTRAINT bad_filing_no CHECK (no ~ '^BA[0-9]{6}-[0-9]{4}-[0-9]{4}$' AND right(no, 4) <> '0000'),
    change_set_id bigint NOT NULL CONSTRAINT filed_once UNIQUE REFERENCES change_set (id),
    scope text NOT NULL CHECK (scope ~ '^[0-9]{4,15}$'),
    decided_at timestamptz NOT NULL,
    due_on date NOT NULL,
    due_provisional boolean NOT NULL
);
COMMENT ON TABLE filing IS 'The number of a filing and what lists are made by; all of it stands in its first entry too. Its state is that of its last step.';
COMMENT ON COLUMN filing.scope IS 'Code of the unit in which everything lies that changed; rights are asked for it.';
CREATE INDEX filing_scope ON filing (scope text_pattern_ops);
CREATE INDEX filing_due ON filing (due_on);

CREATE TABLE filing_entry (
    seq bigint PRIMARY KEY CHECK (seq > 0),
    filing_no text NOT NULL REFERENCES filing (no),
    kind text NOT NULL CHECK (kind IN ('prepared', 'attached', 'submitted', 'received', 'returned', 'resubmitted',
                                       'recorded', 'withdrawn')),
    at timestamptz NOT NULL,
    account text NOT NULL CHECK (length(account) BETWEEN 1 AND 100),
    body text NOT NULL,
    digest bytea NOT NULL CONSTRAINT digest_once UNIQUE CHECK (octet_length(digest) = 32),
    previous_digest bytea NOT NULL CHECK (octet_length(previous_digest) = 32)
);
COMMENT ON COLUMN filing_entry.body IS 'Canonical JSON (RFC 8785): sorted members, no blanks, whole numbers and texts only.';
COMMENT ON COLUMN filing_entry.digest IS 'SHA-256 of the digest of the entry before and the body in UTF-8.';
CREATE INDEX filing_entry_filing ON filing_entry (filing_no, seq);

CREATE TABLE filing_attachment (
    filing_no text NOT NULL REFERENCES filing (no),
    name text NOT NULL CONSTRAINT bad_file_name CHECK (length(name) BETWEEN 1 AND 120 AND name !~ '[[:cntrl:]/\\]'),
    media_type text NOT NULL CHECK (length(media_type) BETWEEN 3 AND 100),
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    content bytea NOT NULL,
    PRIMARY KEY (filing_no, name),
    CONSTRAINT attachment_size CHECK (octet_length(content) BETWEEN 1 AND 20971520),
    CONSTRAINT attachment_digest CHECK (sha256 = sha256(content))
);

-- The end of the chain. Its row is the lock: entries are appended one after the other, without a gap in their numbers.
CREATE TABLE filing_chain (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq bigint NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32)
);
INSERT INTO filing_chain (seq, digest) VALUES (0, decode(repeat('00', 32), 'hex'));

-- The application may lock the end of the chain, not move it: entries move it, as the owner of the tables.
CREATE FUNCTION lock_filing_chain() RETURNS filing_chain
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT filing_chain FROM public.filing_chain FOR UPDATE;
END;

-- The steps of boundaries/filings/states.py: what may follow what.
CREATE FUNCTION filing_step_allowed(state text, kind text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (coalesce(state, ''), kind) IN (
    ('', 'prepared'),
    ('prepared', 'attached'), ('returned', 'attached'),
    ('prepared', 'submitted'),
    ('submitted', 'received'), ('resubmitted', 'received'),
    ('received', 'returned'), ('returned', 'resubmitted'),
    ('received', 'recorded'),
    ('prepared', 'withdrawn'), ('submitted', 'withdrawn'), ('received', 'withdrawn'), ('returned', 'withdrawn'),
    ('resubmitted', 'withdrawn'));

CREATE FUNCTION guard_filing_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head public.filing_chain;
    state pg_catalog.text;
    said CONSTANT pg_catalog.json := NEW.body::pg_catalog.json;
BEGIN
    SELECT * INTO head FROM public.filing_chain FOR UPDATE;
    IF NEW.seq <> head.seq + 1 OR NEW.previous_digest <> head.digest
        OR NEW.digest <> sha256(NEW.previous_digest || convert_to(NEW.body, 'UTF8')) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'chain_broken', TABLE = 'filing_entry', SCHEMA = 'public',
            MESSAGE = format('chain_broken: entry %s does not continue the chain, which ends with entry %s', NEW.seq, head.seq),
            HINT = 'Number it one above the last, and hash the last digest and the body.';
    END IF;
    IF (said ->> 'seq', said ->> 'filing', said ->> 'kind', said ->> 'account')
            IS DISTINCT FROM (NEW.seq::pg_catalog.text, NEW.filing_no, NEW.kind, NEW.account)
        OR (said ->> 'at')::pg_catalog.timestamptz IS DISTINCT FROM NEW.at THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'chain_broken', TABLE = 'filing_entry', SCHEMA = 'public',
            MESSAGE = format('chain_broken: the body of entry %s says other things than its columns', NEW.seq);
    END IF;
    SELECT kind INTO state FROM public.filing_entry
    WHERE filing_no = NEW.filing_no AND kind <> 'attached' ORDER BY seq DESC LIMIT 1;
    IF NOT public.filing_step_allowed(state, NEW.kind) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'illegal_transition', TABLE = 'filing_entry', SCHEMA = 'public',
            MESSAGE = format('illegal_transition: filing %s is %s and cannot be %s', NEW.filing_no,
                             coalesce(state, 'new'), NEW.kind);
    END IF;
    UPDATE public.filing_chain SET seq = NEW.seq, digest = NEW.digest;
    RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON filing_entry FOR EACH ROW EXECUTE FUNCTION guard_filing_entry();
ALTER TABLE filing_entry ENABLE ALWAYS TRIGGER chain;

CREATE FUNCTION guard_filings() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'filing_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
        MESSAGE = format('filing_is_kept: %s is only added to; %s is refused', TG_TABLE_NAME, lower(TG_OP)),
        HINT = 'A step of a filing is a new entry; a wrong decision is reversed by a change set of its own.';
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON filing FOR EACH STATEMENT EXECUTE FUNCTION guard_filings();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON filing_entry FOR EACH STATEMENT EXECUTE FUNCTION guard_filings();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON filing_attachment
    FOR EACH STATEMENT EXECUTE FUNCTION guard_filings();
CREATE TRIGGER kept BEFORE INSERT OR DELETE OR TRUNCATE ON filing_chain FOR EACH STATEMENT EXECUTE FUNCTION guard_filings();
ALTER TABLE filing ENABLE ALWAYS TRIGGER kept;
ALTER TABLE filing_entry ENABLE ALWAYS TRIGGER kept;
ALTER TABLE filing_attachment ENABLE ALWAYS TRIGGER kept;
ALTER TABLE filing_chain ENABLE ALWAYS TRIGGER kept;
