/** Household numbers against the size range that a county has set. */
export interface SizeRule {
  readonly min: number;
  readonly max: number;
  readonly ok: boolean | null;
}

export type SizeState = "within" | "below" | "above";

export function sizeState(households: number, rule: SizeRule): SizeState {
  if (households < rule.min) return "below";
  return households > rule.max ? "above" : "within";
}
