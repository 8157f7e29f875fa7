-- What was asked to be printed and how far it is; without the file itself.
SELECT job.id, job.scope, job.kind, job.size, cardinality(job.grids) AS total, job.error, job.asked_at, job.ended_at,
       job.content IS NOT NULL AS has_file,
       CASE WHEN job.error IS NOT NULL THEN 'failed' WHEN job.ended_at IS NOT NULL THEN 'done'
            WHEN job.started_at IS NOT NULL THEN 'running' ELSE 'waiting' END AS state,
       CASE WHEN job.ended_at IS NOT NULL AND job.error IS NULL THEN cardinality(job.grids)
            ELSE coalesce((SELECT sum(part.grids) FROM print_part AS part WHERE part.job_id = job.id), 0) END AS done
FROM print_job AS job
WHERE job.id = :id
