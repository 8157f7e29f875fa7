DROP TABLE gazetteer_road, gazetteer_name, gazetteer_entry;
DROP FUNCTION guard_gazetteer;
