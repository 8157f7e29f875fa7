-- From when on the term of an incident runs.
(CASE WHEN incident.urgent THEN incident.reported_at ELSE coalesce(incident.registered_at, incident.reported_at) END)
