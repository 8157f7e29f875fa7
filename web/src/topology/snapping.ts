/** What a point snaps to: a vertex before a border before a reference line. */
import { distance, distanceTo } from "./exact";
import { edgeNear, verticesNear } from "./queries";
import type { Coverage, Point } from "./types";

export interface Snap {
  readonly point: Point;
  readonly kind: "vertex" | "border" | "line" | "none";
}

/** `reach` in lattice units. */
export function snap(c: Coverage, p: Point, reach: number, lines: readonly (readonly Point[])[] = []): Snap {
  const [vertex] = verticesNear(c, p, reach);
  if (vertex !== undefined) return { point: c.position(vertex), kind: "vertex" };
  const border = edgeNear(c, p, reach);
  if (border !== null) return { point: border.point, kind: "border" };
  const point = nearestOnLines(p, reach, lines);
  return point === null ? { point: p, kind: "none" } : { point, kind: "line" };
}

function nearestOnLines(p: Point, reach: number, lines: readonly (readonly Point[])[]): Point | null {
  let [best, least]: [Point | null, number] = [null, reach];
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      const away = distanceTo(p, line[i - 1]!, line[i]!);
      if (away <= least) [best, least] = [onSegment(p, line[i - 1]!, line[i]!), away];
    }
  }
  return best;
}

function onSegment(p: Point, a: Point, b: Point): Point {
  const length = distance(a, b);
  if (length === 0) return a;
  const share = ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length ** 2;
  const held = Math.min(Math.max(share, 0), 1);
  return [a[0] + Math.round(held * (b[0] - a[0])), a[1] + Math.round(held * (b[1] - a[1]))];
}
