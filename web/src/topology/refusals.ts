/** Why actions are refused: the codes of docs/errors.md that the page can say by itself. */
import type { Outcome, Point, Refusal } from "./types";

export const REFUSALS = [
  "bad_command",
  "border_ambiguous",
  "cut_not_settled",
  "edit_breaks_coverage",
  "edit_conflict",
  "ends_off_border",
  "face_used_up",
  "id_taken",
  "invalid_polygon",
  "is_node",
  "line_does_not_divide",
  "line_ends_inside",
  "line_leaves_faces",
  "no_edge",
  "no_siblings",
  "no_vertex",
  "not_a_polygon",
  "not_adjacent",
  "not_divided",
  "not_siblings",
  "nothing_to_take",
  "on_outline",
  "out_of_scope",
  "outside_lonlat",
  "too_few_faces",
  "too_many_crossings",
  "too_many_vertices",
  "unknown_unit",
  "vertex_taken",
  "wrong_kind",
  "wrong_level",
  "zero_length_line",
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

/** Thrown inside an action, and caught where the action begins. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

export function refuse(code: RefusalCode, units: readonly string[] = [], place: Point | null = null): never {
  throw new Refused({ code, units, place });
}

/** What an action gives, or why it is refused. */
export function outcome(act: () => Outcome): Outcome {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
