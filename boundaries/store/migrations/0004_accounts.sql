-- Accounts, their roles, sessions and tokens, and the audit trail.

-- An account is a work identity and says nothing else about the person. It is disabled, never deleted: the audit names it.
CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CONSTRAINT account_name UNIQUE
        CONSTRAINT bad_account_name CHECK (name ~ '^[a-z0-9][a-z0-9._@-]{1,58}[a-z0-9]$'),
    display_name text NOT NULL
        CONSTRAINT bad_display_name CHECK (length(display_name) BETWEEN 1 AND 100 AND display_name !~ '[[:cntrl:]]'),
    password_hash text CONSTRAINT bad_password_hash CHECK (password_hash LIKE '$argon2id$%'),
    oidc_issuer text,
    oidc_subject text,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    failed_logins integer NOT NULL DEFAULT 0 CHECK (failed_logins >= 0),
    locked_until timestamptz,
    CONSTRAINT oidc_link_whole CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL)),
    CONSTRAINT oidc_link UNIQUE (oidc_issuer, oidc_subject)
);
COMMENT ON COLUMN account.password_hash IS 'Argon2id; null for an account that signs in elsewhere.';

CREATE TABLE role_grant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account (id),
    role text NOT NULL CONSTRAINT unknown_role CHECK (role IN (  -- boundaries/rights.py; the public needs no account
        'worker', 'community', 'town_planner', 'county_officer', 'city_office', 'dispatcher', 'department', 'admin')),
    scope text NOT NULL CONSTRAINT bad_scope CHECK (scope ~ '^([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$'),
    granted_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz CHECK (revoked_at >= granted_at)
);
COMMENT ON COLUMN role_grant.scope IS 'Beginning of the codes it reaches; empty reaches all.';
CREATE UNIQUE INDEX role_granted_once ON role_grant (account_id, role, scope) WHERE revoked_at IS NULL;

-- Sessions and tokens are known by the SHA-256 of 256 random bits, from which nobody finds the bits.
CREATE TABLE session (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    account_id bigint NOT NULL REFERENCES account (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE api_token (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT token_once UNIQUE CHECK (octet_length(token_hash) = 32),
    account_id bigint NOT NULL REFERENCES account (id),
    name text NOT NULL CONSTRAINT bad_token_name CHECK (length(name) BETWEEN 1 AND 100 AND name !~ '[[:cntrl:]]'),
    rights text[] NOT NULL CONSTRAINT no_rights CHECK (cardinality(rights) > 0),
    scope text NOT NULL CONSTRAINT bad_scope CHECK (scope ~ '^([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX api_token_account ON api_token (account_id);

-- Wrong passwords from one place, whatever the names; a row is dropped when it has been quiet for a day.
CREATE TABLE sign_in_origin (
    origin text PRIMARY KEY CHECK (length(origin) <= 100),
    failures integer NOT NULL CHECK (failures >= 0),
    last_failed_at timestamptz NOT NULL,
    locked_until timestamptz
);

-- ---------------------------------------------------------------------------------------------------------------------
-- The audit trail: who did what, to which record, from where. Only added to.

CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    account_id bigint REFERENCES account (id),
    actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 100),
    action text NOT NULL CONSTRAINT bad_action CHECK (action ~ '^[a-z_]{1,40}\.[a-z_]{1,40}$'),
    record text NOT NULL CHECK (length(record) BETWEEN 1 AND 200),
    origin text NOT NULL CHECK (length(origin) <= 100),
    detail jsonb NOT NULL DEFAULT '{}'
        CHECK (jsonb_typeof(detail) = 'object' AND octet_length(detail::text) <= 65536)
        CONSTRAINT personal_field CHECK (NOT jsonb_path_exists(detail,  -- boundaries/store/audit.py, the same names
            '$.** ? (exists (@.password) || exists (@.password_hash) || exists (@.token) || exists (@.token_hash) ||
                     exists (@.secret) || exists (@.cookie) || exists (@.contact) || exists (@.reporter) ||
                     exists (@.phone) || exists (@.email) || exists (@.address) || exists (@.id_number))'))
);
COMMENT ON COLUMN audit.actor IS 'Name of the account, "operator" at the machine itself, "unknown" for a name that is no account.';
COMMENT ON COLUMN audit.record IS 'What it was done to: its kind, a colon, its code or number, as in change_set:7.';
CREATE INDEX audit_record ON audit (record text_pattern_ops, at);
CREATE INDEX audit_account ON audit (account_id, at);
CREATE INDEX audit_at ON audit (at);

CREATE FUNCTION guard_audit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'audit_is_kept', TABLE = 'audit', SCHEMA = 'public',
        MESSAGE = format('audit_is_kept: the audit trail is only added to; %s is refused', lower(TG_OP)),
        HINT = 'Add a line that tells what is right.';
END $$;

-- ALWAYS: a session that plays a replica would pass by an ordinary trigger.
CREATE TRIGGER audit_rows BEFORE UPDATE OR DELETE ON audit FOR EACH STATEMENT EXECUTE FUNCTION guard_audit();
CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION guard_audit();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_rows;
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_whole;

-- Whether any incident was reported by people and not generated: then the public no longer sees the points.
CREATE INDEX incident_of_people ON incident (id) WHERE source <> 'synthetic';
