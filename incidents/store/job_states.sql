SELECT wanted.name,
       max(event.at) FILTER (WHERE event.type = 'succeeded') AS done_at,
       max(event.at) FILTER (WHERE event.type = 'failed') AS failed_at,
       count(DISTINCT job.id) FILTER (WHERE job.status = 'failed') AS failed,
       count(DISTINCT job.id) FILTER (WHERE job.status = 'todo') AS waiting,
       count(DISTINCT job.id) FILTER (WHERE job.status = 'doing') AS running
FROM unnest(CAST(:names AS text[])) AS wanted (name)
LEFT JOIN procrastinate_jobs AS job ON job.task_name = 'wangge.' || wanted.name
LEFT JOIN procrastinate_events AS event ON event.job_id = job.id
GROUP BY wanted.name
