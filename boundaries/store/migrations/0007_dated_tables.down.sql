DROP TABLE duty, grid_worker, setting, division_step, division, division_edition;
DROP FUNCTION guard_duty(), guard_dated(), guard_edition();
