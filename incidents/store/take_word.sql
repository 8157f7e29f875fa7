-- One complaint or praise with its number and its key at once. Nothing is written, and no row comes back, when the key was used
-- before; a key that is just being used is waited for.
WITH new AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('service_word', 'id')) AS id
), submitted AS (
    INSERT INTO submission (sender, key, digest, word_id)
    SELECT CAST(:sender AS text), CAST(:key AS text), CAST(:digest AS bytea), id FROM new WHERE CAST(:key AS text) IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING word_id
)
INSERT INTO service_word (id, no, grid_code, worker_id, kind, text)
OVERRIDING SYSTEM VALUE
SELECT new.id, 'FW' || left(CAST(:grid_code AS text), 6) || '-' || CAST(:year AS text) || '-' || CASE
           WHEN new.id < 1000000 THEN lpad(CAST(new.id AS text), 6, '0') ELSE CAST(new.id AS text) END,
       CAST(:grid_code AS text), CAST(:worker_id AS bigint), CAST(:kind AS text), CAST(:text AS text)
FROM new
WHERE CAST(:key AS text) IS NULL OR EXISTS (SELECT FROM submitted)
RETURNING id, no
