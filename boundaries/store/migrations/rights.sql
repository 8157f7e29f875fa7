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
        END IF;
        REVOKE INSERT, UPDATE, DELETE ON alembic_version, spatial_ref_sys FROM wangge;
    END IF;
END $$;
