-- One report with its number, its events and its key at once, in one statement: from the day's serial on, which is locked until
-- the end of the transaction, nobody waits for whoever asks. Nothing is written, and no row comes back, when what was known in memory
-- no longer holds, which is the version on the map and the line of the matter (incidents/store/matter_lists.py), or when the key was
-- used before; a key that is just being used is waited for.
WITH new AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('incident', 'id')) AS id
    WHERE (CAST(:grid_version_id AS bigint) IS NULL OR EXISTS (
        SELECT FROM unit_version WHERE id = CAST(:grid_version_id AS bigint) AND lifespan @> now()))
    AND EXISTS (
        SELECT FROM matter
        LEFT JOIN matter_list AS list
            ON list.county_code = CAST(:county AS text) AND list.lifespan @> CAST(:reported_at AS timestamptz)
        LEFT JOIN matter_list_line AS line ON line.list_id = list.id AND line.matter_code = matter.code
        WHERE matter.code = CAST(:matter_code AS text) AND list.id IS NOT DISTINCT FROM CAST(:list_id AS bigint)
            AND coalesce(line.matter_code, CASE WHEN list.id IS NULL THEN matter.code END) IS NOT NULL
            AND (coalesce(line.department, matter.department), coalesce(line.clock, matter.clock),
                 coalesce(line.clock_limit, matter.clock_limit), coalesce(line.urgent, matter.urgent))
                IS NOT DISTINCT FROM (CAST(:department AS text), CAST(:line_clock AS text), CAST(:line_limit AS integer),
                                      CAST(:urgent AS boolean)))
), worker AS MATERIALIZED (
    SELECT worker_id, name, work_phone
    FROM responsible_workers(ARRAY[CAST(:grid_code AS text)], CAST(:reported_at AS timestamptz))
), submitted AS (
    INSERT INTO submission (sender, key, digest, incident_id)
    SELECT CAST(:sender AS text), CAST(:key AS text), CAST(:digest AS bytea), id FROM new WHERE CAST(:key AS text) IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING incident_id
), serial AS (
    INSERT INTO incident_serial AS kept (county_code, day, last)
    SELECT CAST(:county AS text), CAST(:day AS date), 1 FROM new
    WHERE CAST(:key AS text) IS NULL OR EXISTS (SELECT FROM submitted)
    ON CONFLICT (county_code, day) DO UPDATE SET last = kept.last + 1
    RETURNING last
), taken AS (
    INSERT INTO incident (
        id, no, matter_code, state, reported_at, geom, declared_datum, declared_lon, declared_lat, grid_version_id,
        micro_grid_version_id, grid_code, nearest_code, on_border, also, distance_m, source, px, py, urgent, description,
        address, worker_id, reported_by, department, clock, clock_limit, due_at, due_supposed)
    OVERRIDING SYSTEM VALUE
    SELECT new.id, CAST(:county AS text) || to_char(CAST(:day AS date), 'YYYYMMDD') || lpad(CAST(serial.last AS text), 5, '0'),
           CAST(:matter_code AS text), 'reported', CAST(:reported_at AS timestamptz),
           ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4490), CAST(:datum AS text),
           CAST(:declared_lon AS float8), CAST(:declared_lat AS float8), CAST(:grid_version_id AS bigint),
           CAST(:micro_grid_version_id AS bigint), CAST(:grid_code AS text), CAST(:nearest_code AS text),
           CAST(:on_border AS boolean), CAST(:also AS text[]), CAST(:distance_m AS float8), CAST(:source AS text),
           CAST(:px AS integer), CAST(:py AS integer), CAST(:urgent AS boolean), CAST(:description AS text),
           CAST(:address AS text), (SELECT worker_id FROM worker), CAST(:account_id AS bigint), CAST(:department AS text),
           CAST(:clock AS text), CAST(:clock_limit AS integer), CAST(:due_at AS timestamptz), CAST(:due_supposed AS boolean)
    FROM new, serial
    RETURNING id, no
), told AS (
    INSERT INTO incident_event (incident_id, action, from_state, to_state, account_id, actor, detail)
    SELECT taken.id, event.action, event.from_state, event.to_state, event.account_id, event.actor, event.detail
    FROM taken, (VALUES
        (1, 'report', NULL, 'reported', CAST(:account_id AS bigint), CAST(:actor AS text), CAST(:detail AS jsonb)),
        (2, 'dispatch', 'reported', 'dispatched', NULL, 'desk', jsonb_build_object('department', CAST(:department AS text)))
    ) AS event (nth, action, from_state, to_state, account_id, actor, detail)
    WHERE event.nth = 1 OR CAST(:urgent AS boolean)
    ORDER BY event.nth
)
SELECT taken.id, taken.no, worker.name AS worker_name, worker.work_phone AS worker_phone
FROM taken LEFT JOIN worker ON true
