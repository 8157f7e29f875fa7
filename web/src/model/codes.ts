/** A unit's code tells its level by its length and its parents by its prefixes. */
export type Level = "city" | "county" | "town" | "village" | "grid" | "micro_grid";

const LEVEL_BY_LENGTH: Readonly<Record<number, Level>> = {
  4: "city",
  6: "county",
  9: "town",
  12: "village",
  15: "grid",
  17: "micro_grid",
};

const LENGTHS = [4, 6, 9, 12, 15, 17] as const;

export function levelOf(code: string): Level | null {
  return /^\d+$/.test(code) ? (LEVEL_BY_LENGTH[code.length] ?? null) : null;
}

export function parentOf(code: string): string | null {
  const at = LENGTHS.findIndex((length) => length === code.length);
  const length = LENGTHS[at - 1];
  return length === undefined ? null : code.slice(0, length);
}

/** The collection of the HTTP interface in which a code is found. */
export function collectionOf(code: string): "grids" | "micro-grids" | "jurisdictions" {
  if (code.length === 15) return "grids";
  return code.length === 17 ? "micro-grids" : "jurisdictions";
}
