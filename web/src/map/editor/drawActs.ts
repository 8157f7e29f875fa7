/** What a drawn line or ring means for each drawing tool: which units it concerns, and the outcome. Pure. */
import * as topology from "../../topology";
import type { Coverage, Outcome, Point, Unit } from "../../topology";
import type { Tool, WorkLevel } from "../../workbench/store";

export type DrawTool = Extract<Tool, "border" | "split" | "transfer" | "carve" | "draw">;

export const SHAPES = { border: "line", split: "line", transfer: "ring", carve: "ring", draw: "ring" } as const;

export interface Drawn {
  readonly tool: DrawTool;
  readonly points: readonly Point[];
  readonly level: WorkLevel;
  readonly selection: readonly string[];
  /** Of the new unit, for carve and draw. */
  readonly name: string;
  readonly position: number;
}

/** `receiver`: it is not yet said who gets the piece. */
export type Attempt = Outcome | "receiver";

export function attempt(land: Coverage, drawn: Drawn): Attempt {
  const { tool, points, position } = drawn;
  if (tool === "border") return reshaped(land, drawn);
  if (tool === "transfer") return transferred(land, drawn);
  const unit = unitAlong(land, drawn);
  if (unit === null) return refused("out_of_scope", points[0] ?? null);
  if (tool === "split") return topology.split(land, unit.id, points, position);
  const act = tool === "carve" ? topology.carve : topology.draw;
  return unit.parent === null ? refused("out_of_scope", points[0] ?? null) : act(land, unit.parent, points, drawn.name, position);
}

function refused(code: string, place: Point | null, units: readonly string[] = []): Outcome {
  return { ok: false, refusal: { code, units, place } };
}

function transferred(land: Coverage, { points, selection, position }: Drawn): Attempt {
  const [receiver] = selection;
  return receiver === undefined || selection.length > 1 ? "receiver" : topology.transfer(land, points, receiver, position);
}

function reshaped(land: Coverage, drawn: Drawn): Outcome {
  const pair = borderPair(land, drawn);
  if (pair === null) return refused("ends_off_border", drawn.points[0] ?? null);
  return topology.moveBorder(land, pair[0], pair[1], drawn.points, drawn.position);
}

/** The two units whose common border the line leaves and comes back to; those chosen come first. */
export function borderPair(land: Coverage, { points, level, selection }: Drawn): readonly [string, string] | null {
  const [first, last] = [unitsAround(land, points[0]!, level), unitsAround(land, points[points.length - 1]!, level)];
  const both = first.filter((id) => last.includes(id));
  const rank = (id: string): number => (selection.includes(id) ? 0 : 1);
  const [a, b] = both.sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  return a === undefined || b === undefined ? null : [a, b];
}

/** A border is meant where it lies within two units of the point, as the point is on the lattice and the border between. */
const ON_BORDER_UNITS = 2;

function unitsAround(land: Coverage, point: Point, level: WorkLevel): string[] {
  const [vertex] = topology.verticesNear(land, point, ON_BORDER_UNITS);
  if (vertex !== undefined) return ofLevel(land, topology.unitsOfVertex(land, vertex), level);
  const edge = topology.edgeNear(land, point, ON_BORDER_UNITS);
  if (edge === null) return [];
  const beside = topology.unitsOfVertex(land, edge.b);
  return ofLevel(land, topology.unitsOfVertex(land, edge.a).filter((id) => beside.includes(id)), level);
}

function ofLevel(land: Coverage, ids: readonly string[], level: WorkLevel): string[] {
  return ids.filter((id) => land.units.get(id)?.level === level && !land.units.get(id)?.locked);
}

const SAMPLES = 8;

/** The unit in which most of the line lies; one that is chosen and met goes before. */
export function unitAlong(land: Coverage, { points, level, selection, tool }: Drawn): Unit | null {
  const lengths = new Map<string, number>();
  const closed = SHAPES[tool] === "ring" ? [...points, points[0]!] : points;
  for (const [at, weight] of samples(closed)) {
    const id = topology.unitAt(land, at, level);
    if (id === null || land.units.get(id)?.locked) continue;
    lengths.set(id, (lengths.get(id) ?? 0) + weight);
  }
  const met = [...lengths].sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1)).map(([id]) => id);
  const id = met.find((one) => selection.includes(one)) ?? met[0];
  return id === undefined ? null : (land.units.get(id) ?? null);
}

function samples(points: readonly Point[]): (readonly [Point, number])[] {
  return points.slice(1).flatMap(([x, y], i) => {
    const [fromX, fromY] = points[i]!;
    const weight = Math.hypot(x - fromX, y - fromY) / SAMPLES;
    return Array.from({ length: SAMPLES }, (_, k): readonly [Point, number] => {
      const share = (k + 0.5) / SAMPLES;
      return [[Math.round(fromX + share * (x - fromX)), Math.round(fromY + share * (y - fromY))], weight];
    });
  });
}
