-- The incidents behind every number of the indicators: one row for each incident and each way in which it belongs to the period,
-- with the names of the numbers that count it (incidents/indicators.py). What happened at or after the end of the period, or of
-- the day, week or month of a row, has not happened yet.
WITH looked AS (
    SELECT incident_id, date_trunc(CAST(:step AS text), at AT TIME ZONE INTERVAL '08:00') AS begins, min(at) AS at,
           bool_or(action = 'fail') AS failed
    FROM incident_event
    WHERE action IN ('pass', 'fail') AND at >= :since AND at < :until
    GROUP BY 1, 2
), candidate AS MATERIALIZED (  -- one pass over the incidents, led by the indexes of the four times
    SELECT incident.id, incident.matter_code, matter.family, incident.department, incident.grid_code, incident.state,
           incident.worker_id, incident.reported_at, incident.registered_at, incident.handled_at, incident.due_at, incident.closed_at,
           incident.source <> 'synthetic' OR EXISTS (
               SELECT FROM incident_event AS first WHERE first.incident_id = incident.id AND first.action = 'report') AS has_course
    FROM incident
    JOIN matter ON matter.code = incident.matter_code
    CROSS JOIN LATERAL (SELECT {place} AS code) AS place
    WHERE ((incident.reported_at >= :since AND incident.reported_at < :until)
           OR (incident.due_at >= :since AND incident.due_at < :until)
           OR (incident.registered_at IS NOT NULL AND incident.closed_at >= :since AND incident.closed_at < :until)
           OR incident.id = ANY (ARRAY(SELECT incident_id FROM looked)))
          AND starts_with(place.code, :within)
          AND (incident.matter_code = :matter OR CAST(:matter AS text) IS NULL)
          AND (matter.family = :family OR CAST(:family AS text) IS NULL)
          AND (incident.department = :department OR CAST(:department AS text) IS NULL)
          AND (NOT :generated_only OR incident.source = 'synthetic')
          AND (EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with(place.code, reach))
               OR (incident.department = CAST(:own_department AS text)
                   AND EXISTS (SELECT FROM unnest(CAST(:own_scopes AS text[])) AS reach WHERE starts_with(place.code, reach))))
), turn AS (
    SELECT candidate.*, belongs.way, belongs.at, false AS failed
    FROM candidate
    CROSS JOIN LATERAL (
        VALUES ('reported', candidate.reported_at), ('due', candidate.due_at),
               ('closed', CASE WHEN candidate.state = 'closed' AND candidate.registered_at IS NOT NULL THEN candidate.closed_at END)
    ) AS belongs (way, at)
    WHERE belongs.at >= :since AND belongs.at < :until
    UNION ALL
    SELECT candidate.*, 'checked', looked.at, looked.failed FROM looked JOIN candidate ON candidate.id = looked.incident_id
), placed AS (
    SELECT turn.*, spell.begins,
           least(:until, coalesce(
               (spell.begins + CAST('1 ' || CAST(:step AS text) AS interval)) AT TIME ZONE INTERVAL '08:00', 'infinity')) AS ends
    FROM turn
    CROSS JOIN LATERAL (SELECT date_trunc(CAST(:step AS text), turn.at AT TIME ZONE INTERVAL '08:00') AS begins) AS spell
), judged AS (
    SELECT placed.*, closed, closed AND closed_at <= due_at AS on_time,
           closed_at < ends AND state IN ('rejected', 'cancelled', 'merged') AS ended_otherwise
    FROM placed
    CROSS JOIN LATERAL (SELECT coalesce(state = 'closed' AND closed_at < ends, false) AS closed) AS outcome
)
SELECT judged.id,
       CASE CAST(:by AS text)
           WHEN 'all' THEN NULL
           WHEN 'department' THEN department
           WHEN 'matter' THEN matter_code
           WHEN 'family' THEN family
           WHEN 'county' THEN left(grid_code, 6)
           WHEN 'town' THEN left(grid_code, 9)
           WHEN 'village' THEN left(grid_code, 12)
           WHEN 'grid' THEN grid_code
           WHEN 'worker' THEN CAST(worker_id AS text)
           ELSE to_char(begins, 'YYYY-MM-DD') END AS code,
       array_remove(CASE
           WHEN way = 'reported' THEN ARRAY['received', CASE WHEN has_course THEN 'reported' ELSE 'without_course' END,
                                            CASE WHEN has_course AND registered_at < ends THEN 'registered' END]
           WHEN NOT has_course THEN NULL
           WHEN way = 'due' AND ended_otherwise IS NOT TRUE THEN
               ARRAY['due', CASE WHEN closed THEN 'closed' END, CASE WHEN on_time THEN 'closed_on_time' ELSE 'overdue' END,
                     CASE WHEN closed OR (handled_at IS NOT NULL AND (
                         SELECT action FROM incident_event AS event
                         WHERE event.incident_id = judged.id AND action IN ('feed_back', 'fail') AND event.at < ends
                         ORDER BY event.id DESC LIMIT 1) = 'feed_back') THEN 'handled' END]
           WHEN way = 'checked' THEN ARRAY['checked', CASE WHEN failed THEN 'reworked' END]
           WHEN way = 'closed' THEN ARRAY['finished'] END, NULL) AS numbers,
       CASE WHEN way = 'closed' AND has_course THEN (
           SELECT greatest(0, extract(epoch FROM handled_at - min(event.at) FILTER (WHERE action = 'dispatch')
                      - coalesce(sum(CASE action WHEN 'resume' THEN event.at - handled_at WHEN 'suspend' THEN handled_at - event.at END),
                                 INTERVAL '0'))) / 3600
           FROM incident_event AS event
           WHERE event.incident_id = judged.id AND action IN ('dispatch', 'suspend', 'resume')) END AS hours
FROM judged
