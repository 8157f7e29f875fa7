DELETE FROM submission WHERE word_id IS NOT NULL;
ALTER TABLE submission DROP CONSTRAINT of_one_thing, DROP COLUMN word_id, ALTER COLUMN incident_id SET NOT NULL;
DROP TABLE service_word_contact, service_word;
DROP FUNCTION guard_service_word;
