DROP INDEX incident_of_people;
DROP TABLE audit, sign_in_origin, api_token, session, role_grant, account;
DROP FUNCTION guard_audit();
