-- The departments that were asked about an incident in a joint consultation.
ARRAY(SELECT jsonb_array_elements_text(asked.detail -> 'departments') FROM incident_event AS asked
      WHERE asked.incident_id = incident.id AND asked.action = 'consult')
