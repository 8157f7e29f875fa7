-- Code by which rights to an incident are decided: its grid, else the nearest one, else the county of its number; as
-- incidents.cases.place_of says it.
coalesce(incident.grid_code, incident.nearest_code, left(incident.no, 6))
