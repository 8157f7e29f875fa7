-- The code tables that the city keeps: kinds of exclusive grids, reasons of changes, families of matters. Each entry is dated.

CREATE TABLE code_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code_table text NOT NULL CONSTRAINT bad_code_table CHECK (
        code_table IN ('exclusive_kind', 'change_reason', 'matter_family')),
    code text NOT NULL CONSTRAINT bad_entry_code CHECK (code ~ '^[a-z][a-z0-9_]{0,39}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60 AND name !~ '[[:cntrl:]]'),
    name_en text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 100 AND name_en !~ '[[:cntrl:]]'),
    detail jsonb NOT NULL DEFAULT '{}',
    department text REFERENCES department (code),  -- not generated: such a column is empty while a trigger compares rows
    is_default boolean NOT NULL DEFAULT false,
    lifespan tstzrange NOT NULL,
    set_by bigint REFERENCES account (id),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bad_entry_detail CHECK (CASE code_table
        WHEN 'exclusive_kind' THEN jsonb_typeof(detail) = 'object' AND detail - '{department,standard}'::text[] = '{}'
            AND jsonb_typeof(detail -> 'department') IS NOT DISTINCT FROM 'string'
            AND jsonb_typeof(detail -> 'standard') IS NOT DISTINCT FROM 'string'
            AND length(detail ->> 'standard') <= 400 AND detail ->> 'standard' !~ '[[:cntrl:]]'
        ELSE detail = '{}' END AND department IS NOT DISTINCT FROM detail ->> 'department'),
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan) AND (upper_inf(lifespan) OR isfinite(upper(lifespan)))),
    CONSTRAINT unreadable_lifespan CHECK (is_readable(lifespan)),
    CONSTRAINT one_code_at_a_time EXCLUDE USING gist (code_table WITH =, code WITH =, lifespan WITH &&),
    CONSTRAINT code_name_taken EXCLUDE USING gist (code_table WITH =, name WITH =, lifespan WITH &&)
);
COMMENT ON TABLE code_entry IS 'Entries of the code tables (boundaries/code_tables.py), from when to when.';
COMMENT ON COLUMN code_entry.is_default IS 'A proposal of the product, which no law prescribes; the city follows it with an entry of its own.';

-- Chosen by us, and no list of any law: those of Articles 8, 9, 14 and 17 were lost from the copy at hand. The six families are
-- those of Article 2, the reasons those of a neighbouring city and two of ours.
INSERT INTO code_entry (code_table, code, name, name_en, department, detail, is_default, lifespan)
SELECT code_table, code, name, name_en, department,
       CASE WHEN department IS NULL THEN '{}' ELSE jsonb_build_object('department', department, 'standard', standard) END,
       true, tstzrange('1900-01-01 00:00+08', NULL)
FROM (VALUES
    ('change_reason', 'first_division', '首次划分', 'first division', NULL, NULL),
    ('change_reason', 'village_resized', '村（社区）规模调整', 'village resized', NULL, NULL),
    ('change_reason', 'demolition', '征收拆迁', 'demolition', NULL, NULL),
    ('change_reason', 'population_change', '人口变动', 'population change', NULL, NULL),
    ('change_reason', 'correction', '勘误更正', 'correction', NULL, NULL),
    ('change_reason', 'other', '其他', 'other', NULL, NULL),
    ('matter_family', 'publicity', '政策法律法规宣传', 'Publicity of policies and laws', NULL, NULL),
    ('matter_family', 'base_information', '基础信息采集', 'Base information', NULL, NULL),
    ('matter_family', 'public_opinion', '社情民意收集', 'Public opinion', NULL, NULL),
    ('matter_family', 'hazard', '安全隐患排查', 'Safety hazards', NULL, NULL),
    ('matter_family', 'dispute', '矛盾纠纷排查化解', 'Disputes', NULL, NULL),
    ('matter_family', 'livelihood', '民生事项服务', 'Livelihood services', NULL, NULL),
    ('exclusive_kind', 'school', '学校', 'School', 'public_security', '一所学校一个网格，以校园管理范围为界'),
    ('exclusive_kind', 'hospital', '医院', 'Hospital', 'health', '一所医院一个网格，以院区管理范围为界'),
    ('exclusive_kind', 'market', '商贸市场', 'Market', 'market_regulation', '一个市场一个网格，以市场经营管理范围为界'),
    ('exclusive_kind', 'industrial_park', '产业园区', 'Industrial park', 'emergency', '以园区管理范围为界，规模较大的可分设多个网格'),
    ('exclusive_kind', 'office_building', '商务楼宇', 'Office buildings', 'government_services', '一栋或相邻数栋商务楼宇一个网格'),
    ('exclusive_kind', 'construction_site', '建设工地', 'Construction site', 'urban_management', '以施工围挡范围为界，竣工后转为综合网格'),
    ('exclusive_kind', 'transport_hub', '交通枢纽', 'Transport hub', 'public_security', '以站场管理范围为界'),
    ('exclusive_kind', 'scenic_area', '旅游景区', 'Scenic area', 'natural_resources', '以景区管理范围为界')
) AS proposed (code_table, code, name, name_en, department, standard);

-- Whether an entry holds all through a span. NULL where there is no such entry.
CREATE FUNCTION code_holds(of_table text, of_code text, span tstzrange) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT range_agg(lifespan) @> span FROM public.code_entry WHERE code_table = of_table AND code = of_code
$$;

-- What an entry means stays while something needs it. Deferred: between its end and what follows it, an entry is missing.
CREATE FUNCTION guard_code_needed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    from_now CONSTANT pg_catalog.tstzrange := tstzrange(clock_timestamp(), NULL);
    user_of pg_catalog.text;
BEGIN
    IF OLD.code_table = 'change_reason' AND OLD.code IN ('first_division', 'correction')
        AND public.code_holds(OLD.code_table, OLD.code, from_now) IS NOT TRUE THEN
        user_of := 'the product itself writes it';
    ELSIF OLD.code_table = 'matter_family' AND public.code_holds(OLD.code_table, OLD.code, from_now) IS NOT TRUE THEN
        SELECT format('matter %s is of it', min(code)) INTO user_of FROM public.matter
        WHERE family = OLD.code HAVING count(*) > 0;
    ELSIF OLD.code_table = 'exclusive_kind' THEN
        SELECT format('grid %s is of it', min(said.grid_code)) INTO user_of
        FROM public.grid_exclusive_kind AS said
        JOIN public.unit_version AS version ON version.code = said.grid_code AND version.kind = 'exclusive'
        WHERE said.kind = OLD.code AND said.lifespan && version.lifespan
          AND public.code_holds(OLD.code_table, OLD.code, said.lifespan * version.lifespan * from_now) IS NOT TRUE
        HAVING count(*) > 0;
    END IF;
    IF user_of IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'code_in_use', TABLE = 'code_entry', SCHEMA = 'public',
            MESSAGE = format('code_in_use: %s %s cannot end: %s', OLD.code_table, OLD.code, user_of),
            HINT = 'Give it another name, or take what uses it away first.';
    END IF;
    RETURN NULL;
END $$;

-- A change has a reason that is in force when it is given, and when the change is decided.
CREATE FUNCTION guard_reason() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    instant CONSTANT pg_catalog.timestamptz := clock_timestamp();
BEGIN
    PERFORM FROM public.code_entry
    WHERE code_table = 'change_reason' AND code = NEW.reason AND lifespan @> instant FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'unknown_reason', TABLE = 'change_set', SCHEMA = 'public',
            MESSAGE = format('unknown_reason: %s is no reason in force', left(NEW.reason, 40)),
            HINT = 'Choose one of the code table change_reason.';
    END IF;
    RETURN NEW;
END $$;
ALTER TABLE change_set DROP CONSTRAINT change_set_reason_check;
CREATE TRIGGER reason_given BEFORE INSERT ON change_set FOR EACH ROW EXECUTE FUNCTION guard_reason();
CREATE TRIGGER reason_in_force BEFORE UPDATE ON change_set FOR EACH ROW
    WHEN (NEW.reason <> OLD.reason OR NEW.state = 'county_decided' AND OLD.state <> NEW.state) EXECUTE FUNCTION guard_reason();
ALTER TABLE change_set ENABLE ALWAYS TRIGGER reason_given, ENABLE ALWAYS TRIGGER reason_in_force;

-- A matter has no end, and so needs a family without one. The family's row is written, not only locked: whoever ends it with an older
-- look at the matters is told to try again.
CREATE FUNCTION guard_family() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.code_entry SET lifespan = lifespan
    WHERE code_table = 'matter_family' AND code = NEW.family AND upper_inf(lifespan);
    IF public.code_holds('matter_family', NEW.family, tstzrange(clock_timestamp(), NULL)) IS NOT TRUE THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'unknown_family', TABLE = 'matter', SCHEMA = 'public',
            MESSAGE = format('unknown_family: %s is no family in force from now on', left(NEW.family, 40)),
            HINT = 'Choose one of the code table matter_family.';
    END IF;
    RETURN NEW;
END $$;
ALTER TABLE matter DROP CONSTRAINT bad_family;
CREATE TRIGGER family_in_force BEFORE INSERT OR UPDATE OF family ON matter FOR EACH ROW EXECUTE FUNCTION guard_family();
ALTER TABLE matter ENABLE ALWAYS TRIGGER family_in_force;

-- ---------------------------------------------------------------------------------------------------------------------
-- Of which kind an exclusive grid is. It holds only while the grid is exclusive (boundaries/store/exclusive_kind.sql).

CREATE TABLE grid_exclusive_kind (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grid_code text NOT NULL REFERENCES unit (code) CONSTRAINT not_a_grid CHECK (length(grid_code) = 15),
    kind text NOT NULL,
    lifespan tstzrange NOT NULL,
    set_by bigint REFERENCES account (id),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan) AND (upper_inf(lifespan) OR isfinite(upper(lifespan)))),
    CONSTRAINT unreadable_lifespan CHECK (is_readable(lifespan)),
    CONSTRAINT one_exclusive_kind_at_a_time EXCLUDE USING gist (grid_code WITH =, lifespan WITH &&)
);
CREATE INDEX grid_exclusive_kind_kind ON grid_exclusive_kind (kind);

CREATE FUNCTION guard_exclusive_kind() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    fault pg_catalog.text[];
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.lifespan <@ OLD.lifespan THEN
        RETURN NEW;
    END IF;
    UPDATE public.code_entry SET lifespan = lifespan  -- as in guard_family
    WHERE code_table = 'exclusive_kind' AND code = NEW.kind AND lifespan && NEW.lifespan
        AND (upper_inf(lifespan) OR upper(lifespan) > clock_timestamp());
    fault := CASE
        WHEN NOT EXISTS (SELECT FROM public.unit_version
                         WHERE code = NEW.grid_code AND kind = 'exclusive' AND lifespan @> lower(NEW.lifespan)) THEN
            ARRAY['not_exclusive', format('grid %s is no exclusive grid at %s', NEW.grid_code, lower(NEW.lifespan)),
                  'Convert it first, or choose another grid.']
        WHEN public.code_holds('exclusive_kind', NEW.kind, NEW.lifespan) IS NOT TRUE THEN
            ARRAY['unknown_exclusive_kind', format('%s is no kind of exclusive grids in that time', left(NEW.kind, 40)),
                  'Choose one of the code table exclusive_kind.']
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = fault[1], TABLE = 'grid_exclusive_kind', SCHEMA = 'public',
            MESSAGE = format('%s: %s', fault[1], fault[2]), HINT = fault[3];
    END IF;
    RETURN NEW;
END $$;

-- Last, so that the proposals above may be of old.
CREATE TRIGGER history BEFORE INSERT OR UPDATE OR DELETE ON code_entry FOR EACH ROW EXECUTE FUNCTION guard_dated();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON code_entry FOR EACH STATEMENT EXECUTE FUNCTION guard_dated();
CREATE CONSTRAINT TRIGGER code_needed AFTER UPDATE OR DELETE ON code_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_code_needed();
CREATE TRIGGER history BEFORE INSERT OR UPDATE OR DELETE ON grid_exclusive_kind
    FOR EACH ROW EXECUTE FUNCTION guard_dated();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON grid_exclusive_kind FOR EACH STATEMENT EXECUTE FUNCTION guard_dated();
CREATE TRIGGER of_exclusive BEFORE INSERT OR UPDATE ON grid_exclusive_kind
    FOR EACH ROW EXECUTE FUNCTION guard_exclusive_kind();
ALTER TABLE code_entry
    ENABLE ALWAYS TRIGGER history, ENABLE ALWAYS TRIGGER no_truncate, ENABLE ALWAYS TRIGGER code_needed;
ALTER TABLE grid_exclusive_kind
    ENABLE ALWAYS TRIGGER history, ENABLE ALWAYS TRIGGER no_truncate, ENABLE ALWAYS TRIGGER of_exclusive;
