-- Grid workers, with what stands in their records today.
SELECT worker.id, worker.scope, worker.name, worker.work_phone, worker.kind, worker.active, worker.badge_no,
       account.name AS account, missing_record(worker.id, city_day(now())) IS NULL AS qualified,
       (SELECT max(held_on) FROM worker_training WHERE worker_id = worker.id AND annulled IS NULL) AS trained_on,
       (SELECT CASE WHEN passed THEN held_on END FROM worker_assessment
        WHERE worker_id = worker.id AND annulled IS NULL ORDER BY held_on DESC, id DESC LIMIT 1) AS assessed_on,
       EXISTS (SELECT FROM worker_absence WHERE worker_id = worker.id AND lifespan @> clock_timestamp()) AS absent
FROM grid_worker AS worker
LEFT JOIN account ON account.id = worker.account_id
