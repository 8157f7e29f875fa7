-- Lists of matters 事项清单 of the counties, the default term of each matter, and the days that the city sets in its calendar.

ALTER TABLE matter
    ADD COLUMN county_code text REFERENCES unit (code),
    ADD COLUMN department text NOT NULL DEFAULT 'government_services' REFERENCES department (code),
    ADD COLUMN clock text NOT NULL DEFAULT 'work_day'
        CONSTRAINT bad_clock CHECK (clock IN ('urgent_hour', 'work_hour', 'work_day', 'natural_day')),
    ADD COLUMN clock_limit integer NOT NULL DEFAULT 5 CONSTRAINT bad_clock_limit CHECK (clock_limit BETWEEN 1 AND 1000),
    ADD CONSTRAINT matter_of_county CHECK (
        county_code IS NULL OR county_code ~ '^[0-9]{6}$' AND NOT is_default AND starts_with(code, county_code || '-')),
    ADD CONSTRAINT bad_matter_name CHECK (
        length(name_zh) BETWEEN 1 AND 60 AND length(name_en) BETWEEN 1 AND 100
        AND name_zh !~ '[[:cntrl:]]' AND name_en !~ '[[:cntrl:]]'),
    -- Article 15: licensing, punishment and coercion may not be listed. The same words stand in incidents/matters.py.
    ADD CONSTRAINT barred_matter CHECK (
        regexp_replace(name_zh || '|' || name_en, '[[:space:]]', '', 'g') !~ '许可|处罚|强制|許可|處罰|強制'
        AND name_zh || '|' || name_en !~* '\m(licen[cs](e|es|ing)|punishments?|penalt(y|ies)|coerci(on|ve))\M');
COMMENT ON COLUMN matter.county_code IS 'The county whose own matter it is; null for the city''s. The code begins with it.';
COMMENT ON COLUMN matter.department IS
    'Default, as clock and clock_limit are: holds for counties that have not published a list, and no law prescribes it.';

INSERT INTO matter (code, family, name_zh, name_en, urgent, department, clock, clock_limit, is_default) VALUES
    ('0101', 'publicity', '政策法规宣讲', 'Explaining policies and laws', false, 'justice', 'work_day', 5, true),
    ('0102', 'publicity', '反诈防骗宣传', 'Fraud prevention', false, 'public_security', 'work_day', 5, true),
    ('0103', 'publicity', '森林防火宣传', 'Forest fire prevention', false, 'emergency', 'work_day', 3, true),
    ('0201', 'base_information', '房屋信息更新', 'Update of building information', false, 'natural_resources', 'work_day', 5, true),
    ('0202', 'base_information', '商户信息更新', 'Update of shop information', false, 'market_regulation', 'work_day', 5, true),
    ('0203', 'base_information', '公共设施登记', 'Register of public facilities', false, 'urban_management', 'work_day', 5, true),
    ('0204', 'base_information', '门牌标识缺损', 'Missing or damaged house number', false, 'civil_affairs', 'work_day', 5, true),
    ('0301', 'public_opinion', '居民意见建议', 'Residents'' suggestions', false, 'petitions', 'work_day', 3, true),
    ('0302', 'public_opinion', '物业服务反映', 'Complaint about property management', false, 'urban_management', 'work_day', 3, true),
    ('0303', 'public_opinion', '公共交通反映', 'Complaint about public transport', false, 'government_services', 'work_day', 3, true),
    ('0401', 'hazard', '消防通道堵塞', 'Blocked fire lane', true, 'emergency', 'urgent_hour', 2, true),
    ('0402', 'hazard', '燃气泄漏隐患', 'Suspected gas leak', true, 'emergency', 'urgent_hour', 1, true),
    ('0403', 'hazard', '山体滑坡隐患', 'Landslide danger', true, 'natural_resources', 'urgent_hour', 2, true),
    ('0404', 'hazard', '供水管道爆裂', 'Burst water main', true, 'urban_management', 'urgent_hour', 1, true),
    ('0405', 'hazard', '窨井盖缺失', 'Missing manhole cover', true, 'urban_management', 'urgent_hour', 2, true),
    ('0406', 'hazard', '道路破损', 'Damaged road', false, 'urban_management', 'work_day', 5, true),
    ('0407', 'hazard', '路灯故障', 'Street lamp out of order', false, 'urban_management', 'work_day', 3, true),
    ('0408', 'hazard', '电动车飞线充电', 'Unsafe charging of electric bicycles', false, 'emergency', 'work_hour', 4, true),
    ('0501', 'dispute', '邻里纠纷', 'Dispute between neighbours', false, 'justice', 'work_day', 3, true),
    ('0502', 'dispute', '噪声扰民', 'Noise', false, 'environment', 'work_hour', 4, true),
    ('0503', 'dispute', '土地山林纠纷', 'Dispute over land or woodland', false, 'natural_resources', 'natural_day', 30, true),
    ('0504', 'dispute', '劳资欠薪纠纷', 'Dispute over unpaid wages', false, 'human_resources', 'work_day', 5, true),
    ('0601', 'livelihood', '垃圾清运不及时', 'Refuse not collected', false, 'urban_management', 'work_hour', 4, true),
    ('0602', 'livelihood', '占道经营', 'Trading on the pavement', false, 'urban_management', 'work_hour', 2, true),
    ('0603', 'livelihood', '社保医保代办', 'Help with social and medical insurance', false, 'medical_insurance', 'work_day', 3, true),
    ('0604', 'livelihood', '高龄老人走访', 'Visit to the very old', false, 'civil_affairs', 'natural_day', 7, true)
ON CONFLICT (code) DO UPDATE SET
    department = excluded.department, clock = excluded.clock, clock_limit = excluded.clock_limit;

-- ---------------------------------------------------------------------------------------------------------------------
-- A list is drafted, approved by the county government, then published from a day on; it ends the one before.

CREATE TABLE matter_list (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    county_code text NOT NULL REFERENCES unit (code) CONSTRAINT not_a_county CHECK (county_code ~ '^[0-9]{6}$'),
    version integer NOT NULL CHECK (version > 0),
    state text NOT NULL DEFAULT 'draft' CONSTRAINT bad_list_state CHECK (state IN ('draft', 'approved', 'published')),
    source text NOT NULL CONSTRAINT bad_list_source CHECK (length(source) BETWEEN 1 AND 400 AND source !~ '[[:cntrl:]]'),
    made_by bigint REFERENCES account (id),
    made_at timestamptz NOT NULL DEFAULT now(),
    approval_document text CONSTRAINT bad_approval_document CHECK (
        length(approval_document) BETWEEN 1 AND 200 AND approval_document !~ '[[:cntrl:]]'),
    approved_on date CONSTRAINT bad_approval_day CHECK (isfinite(approved_on)),
    approved_by bigint REFERENCES account (id),
    lifespan tstzrange,
    published_by bigint REFERENCES account (id),
    CONSTRAINT one_version UNIQUE (county_code, version),
    CONSTRAINT approval_given CHECK (
        (state <> 'draft') = (approval_document IS NOT NULL) AND (state <> 'draft') = (approved_on IS NOT NULL)),
    CONSTRAINT publication_dated CHECK ((state = 'published') = (lifespan IS NOT NULL)),
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan) AND (upper_inf(lifespan) OR isfinite(upper(lifespan)))),
    CONSTRAINT one_list_at_a_time EXCLUDE USING gist (county_code WITH =, lifespan WITH &&)
);
COMMENT ON TABLE matter_list IS 'Article 15: the county''s list of matters, approved by the county government, then published.';
COMMENT ON COLUMN matter_list.approval_document IS 'Number or title of the county government''s document.';

CREATE TABLE matter_list_line (
    list_id bigint NOT NULL REFERENCES matter_list (id) ON DELETE CASCADE,
    matter_code text NOT NULL REFERENCES matter (code),
    department text NOT NULL REFERENCES department (code),
    clock text NOT NULL CONSTRAINT bad_clock CHECK (clock IN ('urgent_hour', 'work_hour', 'work_day', 'natural_day')),
    clock_limit integer NOT NULL CONSTRAINT bad_clock_limit CHECK (clock_limit BETWEEN 1 AND 1000),
    urgent boolean NOT NULL,
    reason text NOT NULL CONSTRAINT bad_reason CHECK (length(reason) BETWEEN 1 AND 400 AND reason !~ '[[:cntrl:]]'),
    PRIMARY KEY (list_id, matter_code)
);
COMMENT ON COLUMN matter_list_line.reason IS 'Why the matter entered the list.';
CREATE INDEX matter_list_line_matter ON matter_list_line (matter_code);

CREATE TABLE matter_list_exit (
    list_id bigint NOT NULL REFERENCES matter_list (id) ON DELETE CASCADE,
    matter_code text NOT NULL REFERENCES matter (code),
    reason text NOT NULL CONSTRAINT bad_reason CHECK (length(reason) BETWEEN 1 AND 400 AND reason !~ '[[:cntrl:]]'),
    PRIMARY KEY (list_id, matter_code)
);
COMMENT ON TABLE matter_list_exit IS 'Matters of the published list before that are on this one no more, and why.';

-- What is wrong with the exits of a list: none without a reason, none of a matter that does not leave.
CREATE FUNCTION exits_fault(list_id bigint, county text) RETURNS text[] LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    WITH earlier AS (
        SELECT line.matter_code
        FROM public.matter_list_line AS line
        WHERE line.list_id = (
            SELECT id FROM public.matter_list
            WHERE county_code = county AND state = 'published' ORDER BY lower(lifespan) DESC LIMIT 1)
    ), kept AS (
        SELECT line.matter_code FROM public.matter_list_line AS line WHERE line.list_id = exits_fault.list_id
    ), leaving AS (
        SELECT matter_code FROM earlier EXCEPT SELECT matter_code FROM kept
    ), given AS (
        SELECT gone.matter_code FROM public.matter_list_exit AS gone WHERE gone.list_id = exits_fault.list_id
    ), faults AS (
        SELECT 'exit_without_reason' AS code, matter_code FROM (SELECT * FROM leaving EXCEPT SELECT * FROM given) AS lacking
        UNION ALL
        SELECT 'exit_of_nothing', matter_code FROM (SELECT * FROM given EXCEPT SELECT * FROM leaving) AS needless
    )
    SELECT CASE code
        WHEN 'exit_without_reason' THEN
            ARRAY[code, format('matter %s leaves the list without a reason', matter_code), 'Give its exit a reason.']
        ELSE
            ARRAY[code, format('matter %s has an exit but does not leave the list', matter_code), 'Take the exit back.']
        END
    FROM faults ORDER BY code, matter_code LIMIT 1
$$;

CREATE FUNCTION guard_matter_list() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today CONSTANT pg_catalog.timestamptz := date_trunc('day', clock_timestamp(), 'Asia/Shanghai');
    before pg_catalog.jsonb;
    after pg_catalog.jsonb;
    keeps pg_catalog.bool := false;
    fault pg_catalog.text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        keeps := NEW.state = 'draft';
    ELSIF TG_OP = 'DELETE' THEN
        keeps := OLD.state = 'draft';
    ELSIF TG_OP = 'UPDATE' THEN
        before := to_jsonb(OLD);
        after := to_jsonb(NEW);
        keeps := CASE OLD.state || '>' || NEW.state
            WHEN 'draft>draft' THEN before = after
            WHEN 'draft>approved' THEN
                before - '{state,approval_document,approved_on,approved_by}'::text[]
                    = after - '{state,approval_document,approved_on,approved_by}'::text[]
            WHEN 'approved>published' THEN
                before - '{state,lifespan,published_by}'::text[] = after - '{state,lifespan,published_by}'::text[]
                AND lower(NEW.lifespan) >= today AND upper_inf(NEW.lifespan)
            WHEN 'published>published' THEN  -- ended by the one after it
                before - 'lifespan' = after - 'lifespan' AND lower(NEW.lifespan) = lower(OLD.lifespan)
                AND upper_inf(OLD.lifespan) AND upper(NEW.lifespan) >= today
        END;
        IF keeps AND OLD.state <> NEW.state THEN
            fault := CASE WHEN NOT EXISTS (SELECT FROM public.matter_list_line WHERE list_id = NEW.id) THEN
                ARRAY['empty_list', format('list %s of %s holds no matter', NEW.version, NEW.county_code), 'Put matters on it.']
                ELSE public.exits_fault(NEW.id, NEW.county_code) END;
        END IF;
    END IF;
    IF keeps IS NOT TRUE THEN
        fault := ARRAY['list_is_kept',
            format('a list of matters is drafted, approved, published, and stays as it was approved; %s is refused', lower(TG_OP)),
            'Make another draft.'];
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = fault[1], TABLE = 'matter_list', SCHEMA = 'public',
            MESSAGE = format('%s: %s', fault[1], fault[2]), HINT = fault[3];
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON matter_list FOR EACH ROW EXECUTE FUNCTION guard_matter_list();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON matter_list FOR EACH STATEMENT EXECUTE FUNCTION guard_matter_list();
ALTER TABLE matter_list ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER kept_whole;

-- Lines and exits change only in a draft, which the look at it holds still until the end of the transaction.
CREATE FUNCTION guard_list_content() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    list public.matter_list;
    county pg_catalog.text;
    fault pg_catalog.text[];
BEGIN
    IF TG_OP <> 'TRUNCATE' THEN
        SELECT * INTO list FROM public.matter_list WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.list_id ELSE NEW.list_id END
        FOR SHARE;
        IF NOT FOUND AND TG_OP = 'DELETE' THEN
            RETURN OLD;  -- the draft itself is deleted
        END IF;
    END IF;
    IF list.state IS DISTINCT FROM 'draft' OR (TG_OP = 'UPDATE' AND OLD.list_id <> NEW.list_id) THEN
        fault := ARRAY['list_is_kept', format('only a draft can be changed; %s is refused', lower(TG_OP)), 'Make another draft.'];
    ELSIF TG_OP <> 'DELETE' THEN
        SELECT county_code INTO county FROM public.matter WHERE code = NEW.matter_code;
        IF county <> list.county_code THEN
            fault := ARRAY['matter_of_elsewhere', format('matter %s is one of county %s''s own', NEW.matter_code, county),
                           'Add it as a matter of your own.'];
        END IF;
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = fault[1], TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            MESSAGE = format('%s: %s', fault[1], fault[2]), HINT = fault[3];
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON matter_list_line
    FOR EACH ROW EXECUTE FUNCTION guard_list_content();
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON matter_list_exit
    FOR EACH ROW EXECUTE FUNCTION guard_list_content();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON matter_list_line FOR EACH STATEMENT EXECUTE FUNCTION guard_list_content();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON matter_list_exit FOR EACH STATEMENT EXECUTE FUNCTION guard_list_content();
ALTER TABLE matter_list_line ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER kept_whole;
ALTER TABLE matter_list_exit ENABLE ALWAYS TRIGGER kept, ENABLE ALWAYS TRIGGER kept_whole;

-- The words of a matter are part of every list that was approved with them.
CREATE FUNCTION guard_matter() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.matter_list_line AS line JOIN public.matter_list AS list ON list.id = line.list_id
        WHERE line.matter_code = OLD.code AND list.state <> 'draft'
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'matter_is_kept', TABLE = 'matter', SCHEMA = 'public',
            MESSAGE = format('matter_is_kept: matter %s stands on a list that was approved, and keeps its words', OLD.code),
            HINT = 'Add another matter and let this one leave the list.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE UPDATE ON matter FOR EACH ROW
    WHEN ((OLD.code, OLD.family, OLD.name_zh, OLD.name_en, OLD.county_code)
          IS DISTINCT FROM (NEW.code, NEW.family, NEW.name_zh, NEW.name_en, NEW.county_code))
    EXECUTE FUNCTION guard_matter();
ALTER TABLE matter ENABLE ALWAYS TRIGGER kept;

-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE calendar_day (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day date NOT NULL CONSTRAINT bad_calendar_day CHECK (day BETWEEN '2000-01-01' AND '2199-12-31'),
    is_workday boolean NOT NULL,
    name text NOT NULL CONSTRAINT bad_calendar_name CHECK (length(name) BETWEEN 1 AND 60 AND name !~ '[[:cntrl:]]'),
    lifespan tstzrange NOT NULL,
    set_by bigint REFERENCES account (id),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bad_lifespan CHECK (NOT isempty(lifespan) AND NOT lower_inf(lifespan) AND isfinite(lower(lifespan))
        AND lower_inc(lifespan) AND NOT upper_inc(lifespan) AND (upper_inf(lifespan) OR isfinite(upper(lifespan)))),
    CONSTRAINT day_set_once EXCLUDE USING gist (day WITH =, lifespan WITH &&)
);
COMMENT ON TABLE calendar_day IS 'Days that the city sets as worked or free, over the decreed calendar; from when to when it says so.';
CREATE TRIGGER history BEFORE INSERT OR UPDATE OR DELETE ON calendar_day FOR EACH ROW EXECUTE FUNCTION guard_dated();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON calendar_day FOR EACH STATEMENT EXECUTE FUNCTION guard_dated();
ALTER TABLE calendar_day ENABLE ALWAYS TRIGGER history, ENABLE ALWAYS TRIGGER no_truncate;
