/**
 * A village of two by two square grids, and a canvas over it.
 *
 *   6──7──8        2000 units a side, each edge 1000
 *   │C │D │        vertex 4 in the middle is a node of four
 *   3──4──5        corners 0, 2, 6, 8 and 1, 3, 5, 7 lie on the outline
 *   │A │B │
 *   0──1──2
 */
import { open, type Coverage, type LandAnswer, type LandUnit, type Point } from "../../src/topology";
import { worldPx, worldX, worldY } from "../../src/model/mercator";
import type { Frame } from "../../src/map/overlay";
import { begun } from "../../src/workbench/history";
import { Store } from "../../src/workbench/store";

export const ORIGIN: Point = [1_054_400_000, 288_900_000];
export const SIDE = 1000;
export const VILLAGE = "510502001001";
export const [A, B, C, D] = ["001", "002", "003", "004"].map((number) => VILLAGE + number) as [string, string, string, string];

/** The lattice point so many sides east and north of the village's corner. */
export function at(east: number, north: number): Point {
  return [ORIGIN[0] + Math.round(east * SIDE), ORIGIN[1] + Math.round(north * SIDE)];
}

function grid(id: string, ring: number[]): LandUnit {
  const counts = { households: 100, population: null, open_incidents: 0 };
  return { id, level: "grid", parent: VILLAGE, name: `第${id.slice(-1)}网格`, kind: "comprehensive", divided: false, locked: false, rings: [[ring]], ...counts };
}

export function answer(): LandAnswer {
  const corners = [0, 1, 2].flatMap((north) => [0, 1, 2].map((east) => at(east, north)));
  const village: LandUnit = { ...grid(VILLAGE, [0, 1, 2, 5, 8, 7, 6, 3]), level: "village", parent: "510502001", kind: null, divided: true };
  const [west, south] = [ORIGIN[0] / 1e7, ORIGIN[1] / 1e7];
  return {
    at: "2026-11-23T00:00:00Z",
    change_set: null,
    revision: null,
    commands: null,
    scope: VILLAGE,
    bbox: [west, south, west + 2e-4, south + 2e-4],
    synthetic: true,
    vertices: corners.flat(),
    units: [village, grid(A, [0, 1, 4, 3]), grid(B, [1, 2, 5, 4]), grid(C, [3, 4, 7, 6]), grid(D, [4, 5, 8, 7])],
  };
}

export function land(): Coverage {
  return open(answer());
}

/** About 300 pixels a side; the village's corner at 100, 1900 of the canvas. */
export function frame(zoom = 22): Frame {
  const world = worldPx(zoom);
  const [left, top] = [Math.round(worldX(ORIGIN[0] / 1e7) * world) - 100, Math.round(worldY(ORIGIN[1] / 1e7) * world) - 1900];
  return { left, top, width: 2000, height: 2000, zoom, world };
}

/** The working state with the village open and a change set that can be edited. */
export function store(): Store {
  const made = new Store();
  made.readOnly.set(null);
  made.put(begun(land()));
  return made;
}
