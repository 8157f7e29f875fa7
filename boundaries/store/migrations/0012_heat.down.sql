DROP TRIGGER touch_new ON incident;
DROP TRIGGER touch_changed ON incident;
DROP TRIGGER touch_gone ON incident;
DROP TRIGGER touch_all ON incident;
DROP FUNCTION prune_touches, touch_new, touch_changed, touch_gone, touch_all;
DROP TABLE incident_touch, incident_touch_kept;
