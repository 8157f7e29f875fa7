DROP TABLE incident, incident_serial, matter;
DROP FUNCTION guard_assignment();
