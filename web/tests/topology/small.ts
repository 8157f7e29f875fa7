/** Coverages small enough to know by heart. */
import { open, type Coverage, type LandAnswer, type Level, type Part, type Point } from "../../src/topology";

export const VILLAGE = "510502001001";
export const WEST = `${VILLAGE}001`;
export const EAST = `${VILLAGE}002`;
export const MARKET = `${VILLAGE}801`;
export const NEIGHBOUR = "510502001002001";
export const O: Point = [1054000000, 288000000];

/** Drawn in steps of 1,000 units from the south-western corner. */
export const at = (x: number, y: number): Point => [O[0] + 1000 * x, O[1] + 1000 * y];
const box = (west: number, south: number, east: number, north: number): Point[] => [at(west, south), at(east, south), at(east, north), at(west, north)];

export interface Shape {
  readonly id: string;
  readonly level: Level;
  readonly parent: string | null;
  readonly parts: readonly (readonly (readonly Point[])[])[];
  readonly locked?: boolean;
}

export function landOf(shapes: readonly Shape[], scope: string): LandAnswer {
  const ids = new Map<string, number>();
  const vertices: number[] = [];
  const vertex = (point: Point): number => {
    const key = String(point);
    if (!ids.has(key)) vertices.push(...point);
    return ids.get(key) ?? ids.set(key, ids.size).get(key)!;
  };
  const units = shapes.map(({ id, level, parent, parts, locked = false }) => ({
    ...{ id, level, parent, name: id, kind: level === "grid" ? "comprehensive" : level === "micro_grid" ? "micro" : null, locked },
    ...{ households: 100, population: 300, divided: shapes.some((other) => other.parent === id), open_incidents: 0 },
    rings: parts.map((part): Part => part.map((ring) => ring.map(vertex))),
  }));
  return { at: "", change_set: null, revision: null, commands: null, scope, bbox: [105, 28, 106, 29], synthetic: true, vertices, units };
}

/**
 *     4 +-------+-------+------+
 *       |  W    |  E    |      |
 *       | +--+  |       |  N   |      M, a market, lies in a hole of W; N is a locked neighbour
 *       | |M |  |       |      |
 *       | +--+  |       |      |
 *     0 +-------+-------+------+
 *       0       4       8     12
 */
export function village(): Coverage {
  const market = box(1, 1, 3, 3);
  const shapes: Shape[] = [
    { id: VILLAGE, level: "village", parent: "510502001", parts: [[[at(0, 0), at(4, 0), at(8, 0), at(8, 4), at(4, 4), at(0, 4)]]] },
    { id: WEST, level: "grid", parent: VILLAGE, parts: [[box(0, 0, 4, 4), [...market].reverse()]] },
    { id: MARKET, level: "grid", parent: VILLAGE, parts: [[market]] },
    { id: EAST, level: "grid", parent: VILLAGE, parts: [[box(4, 0, 8, 4)]] },
    { id: NEIGHBOUR, level: "grid", parent: "510502001002", parts: [[box(8, 0, 12, 4)]], locked: true },
  ];
  return open(landOf(shapes, VILLAGE));
}

/** The same, with E made of two micro-grids, one above the other. */
export function dividedVillage(): Coverage {
  const east = [at(4, 0), at(8, 0), at(8, 2), at(8, 4), at(4, 4), at(4, 2)];
  const shapes: Shape[] = [
    { id: VILLAGE, level: "village", parent: "510502001", parts: [[[at(0, 0), at(4, 0), at(8, 0), at(8, 2), at(8, 4), at(4, 4), at(0, 4)]]] },
    { id: WEST, level: "grid", parent: VILLAGE, parts: [[[at(0, 0), at(4, 0), at(4, 2), at(4, 4), at(0, 4)]]] },
    { id: EAST, level: "grid", parent: VILLAGE, parts: [[east]] },
    { id: `${EAST}01`, level: "micro_grid", parent: EAST, parts: [[box(4, 0, 8, 2)]] },
    { id: `${EAST}02`, level: "micro_grid", parent: EAST, parts: [[box(4, 2, 8, 4)]] },
  ];
  return open(landOf(shapes, VILLAGE));
}
