-- Of each end of a term it is told once that it comes near and once that it has passed, whoever asks at the same time.
CREATE UNIQUE INDEX told_once ON incident_event (incident_id, action, (detail ->> 'due_at')) WHERE action IN ('due_soon', 'overdue');
