-- Rights of the role that the application uses: rows, never tables, triggers or functions. Run after every migration.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wangge') AND current_user <> 'wangge' THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO wangge;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO wangge;
        IF to_regclass('public.unit') IS NOT NULL THEN
            REVOKE UPDATE, DELETE ON unit FROM wangge;
            -- Not the number of a version, nor the instant it was recorded at, nor whose version it is.
            REVOKE INSERT, UPDATE ON unit_version FROM wangge;
            GRANT INSERT (code, name, kind, households, divided, geom, lifespan, source, change_set_id),
                UPDATE (name, kind, households, divided, geom, lifespan, source, change_set_id) ON unit_version TO wangge;
            IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('public.unit_version') AND attname = 'population') THEN
                GRANT INSERT (population), UPDATE (population) ON unit_version TO wangge;
            END IF;
        END IF;
        IF to_regclass('public.audit') IS NOT NULL THEN
            REVOKE DELETE ON account, role_grant, api_token FROM wangge;
            REVOKE UPDATE ON role_grant, api_token FROM wangge;
            GRANT UPDATE (revoked_at) ON role_grant, api_token TO wangge;
            -- Neither the number of a line nor the instant it was written at is the writer's to say.
            REVOKE INSERT, UPDATE, DELETE ON audit FROM wangge;
            GRANT INSERT (account_id, actor, action, record, origin, detail) ON audit TO wangge;
        END IF;
        IF to_regclass('public.filing_chain') IS NOT NULL THEN
            REVOKE UPDATE, DELETE ON filing, filing_entry, filing_attachment FROM wangge;
            REVOKE INSERT, UPDATE, DELETE ON filing_chain FROM wangge;
        END IF;
        IF to_regclass('public.division_edition') IS NOT NULL THEN
            REVOKE UPDATE, DELETE ON division_edition, division, division_step FROM wangge;
            -- Not the instant of an import, by which the guard knows an edition that is still being brought in.
            REVOKE INSERT ON division_edition FROM wangge;
            GRANT INSERT (name, in_force_on, source) ON division_edition TO wangge;
            REVOKE INSERT, UPDATE ON setting, duty FROM wangge;
            GRANT INSERT (key, scope, value, lifespan, set_by), UPDATE (lifespan) ON setting TO wangge;
            GRANT INSERT (worker_id, grid_code, role, lifespan), UPDATE (lifespan) ON duty TO wangge;
            REVOKE DELETE ON grid_worker FROM wangge;
        END IF;
        IF to_regclass('public.incident_event') IS NOT NULL THEN
            -- A state is changed by an event alone, and no report is ever deleted.
            REVOKE UPDATE, DELETE ON incident FROM wangge;
            GRANT UPDATE (grid_version_id, micro_grid_version_id, grid_code, on_border, also, distance_m, nearest_code,
                          worker_id, urgent, matter_code, department, clock, clock_limit, due_at, due_supposed, merged_into)
                ON incident TO wangge;
            -- Neither the number of an event nor the instant it is written at is the writer's to say.
            REVOKE INSERT, UPDATE, DELETE ON incident_event FROM wangge;
            GRANT INSERT (incident_id, action, from_state, to_state, account_id, actor, note, detail) ON incident_event TO wangge;
            REVOKE INSERT, UPDATE, DELETE ON incident_step FROM wangge;
            REVOKE UPDATE, DELETE ON incident_photo FROM wangge;
            REVOKE UPDATE ON incident_contact, submission FROM wangge;
            REVOKE DELETE ON department FROM wangge;
        END IF;
        IF to_regclass('public.incident_event_floor') IS NOT NULL THEN
            REVOKE INSERT, UPDATE, DELETE ON incident_event_floor FROM wangge;
            REVOKE UPDATE (merged_into) ON incident FROM wangge;  -- a merge says it
            REVOKE UPDATE, DELETE ON heat_release FROM wangge;
        END IF;
        IF to_regclass('public.matter_list') IS NOT NULL THEN
            REVOKE INSERT, UPDATE ON matter_list, calendar_day FROM wangge;
            GRANT INSERT (county_code, version, source, made_by),
                UPDATE (state, approval_document, approved_on, approved_by, lifespan, published_by) ON matter_list TO wangge;
            GRANT INSERT (day, is_workday, name, lifespan, set_by), UPDATE (lifespan) ON calendar_day TO wangge;
            REVOKE DELETE ON matter FROM wangge;
        END IF;
        IF to_regclass('public.incident_touch') IS NOT NULL THEN
            REVOKE INSERT, UPDATE, DELETE ON incident_touch, incident_touch_kept FROM wangge;
        END IF;
        IF to_regclass('public.code_entry') IS NOT NULL THEN
            -- Neither what is a proposal of the product nor when something was recorded is the writer's to say.
            REVOKE INSERT, UPDATE ON code_entry, grid_exclusive_kind FROM wangge;
            GRANT INSERT (code_table, code, name, name_en, detail, department, lifespan, set_by), UPDATE (lifespan)
                ON code_entry TO wangge;
            GRANT INSERT (grid_code, kind, lifespan, set_by), UPDATE (lifespan) ON grid_exclusive_kind TO wangge;
        END IF;
        IF to_regclass('public.gazetteer_entry') IS NOT NULL THEN
            -- Nothing is deleted, and an entry is changed in nothing but its end.
            REVOKE INSERT, UPDATE, DELETE ON gazetteer_entry FROM wangge;
            GRANT INSERT (source, kind, name, road, number, sub, geom, is_generated, digest, lifespan), UPDATE (lifespan)
                ON gazetteer_entry TO wangge;
            REVOKE UPDATE, DELETE ON gazetteer_name, gazetteer_road FROM wangge;
        END IF;
        IF to_regclass('public.procrastinate_jobs') IS NOT NULL THEN
            -- What happened to a job is only added to, by triggers.
            REVOKE UPDATE, DELETE ON procrastinate_events FROM wangge;
        END IF;
        IF to_regclass('public.service_word') IS NOT NULL THEN
            -- Neither the instant of a complaint nor that of its answer is the writer's to say, and neither is changed.
            REVOKE INSERT, UPDATE, DELETE ON service_word FROM wangge;
            GRANT INSERT (id, no, grid_code, worker_id, kind, text), UPDATE (answer, answered_by) ON service_word TO wangge;
            REVOKE UPDATE ON service_word_contact FROM wangge;
        END IF;
        IF to_regclass('public.worker_training') IS NOT NULL THEN
            -- Not the number of a badge; and of a record nothing but why it no longer counts.
            REVOKE INSERT, UPDATE ON grid_worker, worker_absence FROM wangge;
            GRANT INSERT (scope, name, work_phone, kind), UPDATE (name, work_phone, kind, active, account_id)
                ON grid_worker TO wangge;
            GRANT INSERT (worker_id, substitute_id, lifespan), UPDATE (lifespan) ON worker_absence TO wangge;
            REVOKE INSERT, UPDATE, DELETE ON worker_training, worker_assessment FROM wangge;
            GRANT INSERT (worker_id, held_on, course, hours), UPDATE (annulled) ON worker_training TO wangge;
            GRANT INSERT (worker_id, held_on, passed, score), UPDATE (annulled) ON worker_assessment TO wangge;
        END IF;
        IF to_regclass('public.printed') IS NOT NULL THEN
            REVOKE UPDATE, DELETE ON printed FROM wangge;
            -- What is to be printed stays as it was asked for.
            REVOKE INSERT, UPDATE, DELETE ON print_job FROM wangge;
            GRANT INSERT (scope, kind, size, grids, address, is_public_address, asked_by),
                UPDATE (tries, started_at, ended_at, error, content) ON print_job TO wangge;
            REVOKE UPDATE ON print_part FROM wangge;
        END IF;
        IF to_regclass('public.proof_due') IS NOT NULL THEN
            REVOKE ALL ON proof_due FROM wangge;
        END IF;
        REVOKE INSERT, UPDATE, DELETE ON alembic_version, spatial_ref_sys FROM wangge;
    END IF;
END $$;
