DROP TABLE submission, incident_contact, incident_photo, incident_event, incident_step;
DROP TRIGGER ended_stays ON incident;
DROP FUNCTION guard_ended, guard_course, take_steps;
DROP INDEX incident_due, incident_open, incident_open311, incident_without_grid;
ALTER TABLE incident
    DROP COLUMN urgent, DROP COLUMN description, DROP COLUMN address, DROP COLUMN nearest_code, DROP COLUMN worker_id,
    DROP COLUMN reported_by, DROP COLUMN department, DROP COLUMN clock, DROP COLUMN clock_limit, DROP COLUMN due_at,
    DROP COLUMN due_supposed, DROP COLUMN registered_at, DROP COLUMN dispatched_at, DROP COLUMN handled_at,
    DROP COLUMN merged_into;
ALTER TABLE account DROP COLUMN department;
DROP TABLE department;
