DROP FUNCTION refuse_change(unit_version), keeps_history(unit_version, unit_version), check_life(unit_version, boolean);
DROP FUNCTION check_tiling(text, timestamptz);
DROP TABLE tile_shape, unit_version, unit, change_set;
DROP FUNCTION guard_history(), guard_tiling();
DROP FUNCTION boundary_signature(geometry), in_units(geometry), on_lattice(geometry), wrap_64(numeric);
DROP FUNCTION parent_of_code(text), level_of_code(text);
DROP TYPE unit_level;
