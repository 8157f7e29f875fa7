-- Numbers of the incidents that a department was asked about.
ARRAY(SELECT asked.incident_id FROM incident_event AS asked
      WHERE asked.action = 'consult' AND asked.detail -> 'departments' @> to_jsonb(CAST(:department AS text)))
