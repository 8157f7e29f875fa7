DROP TRIGGER family_in_force ON matter;
DROP TRIGGER reason_given ON change_set;
DROP TRIGGER reason_in_force ON change_set;
DROP TABLE grid_exclusive_kind, code_entry;
DROP FUNCTION guard_exclusive_kind, guard_family, guard_reason, guard_code_needed, code_holds;
-- NOT VALID: what was filed under a reason of the city's own stays as it is.
ALTER TABLE change_set ADD CONSTRAINT change_set_reason_check CHECK (
    reason IN ('first_division', 'village_resized', 'demolition', 'population_change', 'correction', 'other')) NOT VALID;
ALTER TABLE matter ADD CONSTRAINT bad_family CHECK (
    family IN ('publicity', 'base_information', 'public_opinion', 'hazard', 'dispute', 'livelihood')) NOT VALID;
