-- An incident as a desk shows it.
json_build_object(
           'no', incident.no, 'matter', incident.matter_code, 'family', matter.family, 'state', incident.state,
           'urgent', incident.urgent, 'reported_at', incident.reported_at, 'registered_at', incident.registered_at,
           'handled_at', incident.handled_at, 'due_at', incident.due_at, 'due_supposed', incident.due_supposed,
           'soon_at', CASE WHEN {with_whom} THEN {soon_at} END,
           'grid', incident.grid_code, 'on_border', incident.on_border, 'also', incident.also,
           'nearest', incident.nearest_code, 'distance_m', round(CAST(incident.distance_m AS numeric), 2),
           'department', incident.department, 'address', incident.address,
           'lon', ST_X(incident.geom), 'lat', ST_Y(incident.geom))
