/** How the editor looks. Blue and orange are Okabe and Ito's; whatever has a colour has a pattern, a dash or a shape as well. */
import type { Unit } from "../../topology";
import { tintOf, TINTS } from "../../model/colours";
import type { WorkLevel } from "../../workbench/store";
import type { Line } from "../style";

export type UnitLevel = Unit["level"];

/** From the finest to the coarsest; a border that several share is drawn last by the coarsest. */
export const LEVELS: readonly UnitLevel[] = ["micro_grid", "grid", "village", "town", "county", "city"];

const LINES: Readonly<Record<UnitLevel, Line>> = {
  micro_grid: { colour: "#8fa5a1", width: 1 },
  grid: { colour: "#4d7975", width: 1.8 },
  village: { colour: "#2f6468", width: 2.8 },
  town: { colour: "#173f47", width: 3.6 },
  county: { colour: "#173f47", width: 4 },
  city: { colour: "#173f47", width: 4 },
};
const FAINT: Line = { colour: "#c0cbc8", width: 0.8 };
const FAINT_FROM_ZOOM = 16;
/** From afar the borders of micro-grids would be a grey mass. */
const MICRO_GRIDS_FROM_ZOOM = 13;

/** What is below the level worked on is drawn faintly, and only from near; null is not drawn. */
export function borderLine(level: UnitLevel, work: WorkLevel, zoom: number): Line | null {
  if (level !== "micro_grid") return LINES[level];
  if (work === "micro_grid") return zoom >= MICRO_GRIDS_FROM_ZOOM ? LINES[level] : null;
  return zoom >= FAINT_FROM_ZOOM ? FAINT : null;
}

export type Tone = "tint0" | "tint1" | "tint2" | "tint3" | "tint4" | "tint5" | "locked" | "exclusive";

export const TONE_COLOURS: Readonly<Record<Tone, string>> = {
  tint0: TINTS[0],
  tint1: TINTS[1],
  tint2: TINTS[2],
  tint3: TINTS[3],
  tint4: TINTS[4],
  tint5: TINTS[5],
  locked: "#dfe3e2",
  exclusive: "#e3ddf0",
};

/** Micro-grids have the tint of their grid, grids each their own. */
export function toneOf(unit: Unit, work: WorkLevel): Tone {
  if (unit.locked) return "locked";
  if (unit.kind === "exclusive") return "exclusive";
  const code = work === "micro_grid" && unit.level === "micro_grid" ? (unit.parent ?? unit.id) : unit.id;
  return `tint${tintOf(code, code.length)}` as Tone;
}

/** Fills let an outside base map through; without one they cover what they are painted over. */
export const BASE_MAP_ALPHA = 0.45;

export const SELECTED = { line: "#0b4f5c", casing: "#ffffff", fill: "rgba(11, 94, 109, 0.16)" } as const;
export const HOVER_LINE = "rgba(11, 94, 109, 0.75)";
export const REFUSED = { line: "#b3261e", alpha: 0.12 } as const;
export const BEFORE = { line: "#0072b2", dash: [7, 5] } as const;
export const AFTER = { line: "#e69f00", casing: "#5c3d00" } as const;
export const MOVED_HATCH = "rgba(92, 61, 0, 0.6)";
export const LOCKED_HATCH = "rgba(70, 84, 84, 0.28)";
export const EXCLUSIVE_HATCH = "rgba(92, 62, 140, 0.35)";
export const PENDING_DOTS = "rgba(60, 60, 60, 0.55)";
export const SKETCH = { line: "#0b4f5c", open: "#5d4a00", casing: "#ffffff" } as const;
export const REFERENCE = { line: "#8a4b08", casing: "rgba(255, 255, 255, 0.85)" } as const;
export const HANDLE = { fill: "#ffffff", line: "#0b4f5c", node: "#f0b64a", locked: "#9aa6a5", held: "#d55e00" } as const;

export const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif';
