/** The place of some edges that is nearest to a point. */
import { endOf, startOf } from "./edges";
import { distance, distanceTo } from "./exact";
import { boxAround, overlap, widened, type Land } from "./land";
import type { Point } from "./types";

interface Reached {
  /** Null where the place is a vertex. */
  readonly edge: number | null;
  readonly point: Point;
}

/** A vertex in reach before any place between two, and of these the nearest; null if nothing is in reach. */
export function nearestOn(land: Land, edges: readonly number[], point: Point, reach: number): Reached | null {
  const near = edgesInReach(land, edges, point, reach);
  const vertices = near.flatMap((each) => [land.position(startOf(each)), land.position(endOf(each))]);
  const vertex = nearest(vertices, (each) => distance(each, point));
  if (vertex !== null && distance(vertex, point) <= reach) return { edge: null, point: vertex };
  const edge = nearestEdge(land, near, point, reach);
  return edge === null ? null : { edge, point: footOn(land, edge, point) };
}

function edgesInReach(land: Land, edges: readonly number[], point: Point, reach: number): number[] {
  const box = widened([...point, ...point], reach);
  return edges.filter((each) => overlap(boxAround([startOf(each), endOf(each)], (vertex) => land.position(vertex)), box));
}

/** The edge in reach of a point that is nearest; of those equally near, the first. */
export function nearestEdge(land: Land, edges: readonly number[], point: Point, reach: number): number | null {
  const away = (each: number): number => distanceTo(point, land.position(startOf(each)), land.position(endOf(each)));
  const best = nearest(edges, away);
  return best !== null && away(best) <= reach ? best : null;
}

function nearest<T>(items: readonly T[], away: (item: T) => number): T | null {
  let [best, least]: [T | null, number] = [null, Infinity];
  for (const item of items) {
    const far = away(item);
    if (far < least) [best, least] = [item, far];
  }
  return best;
}

/** The lattice point nearest to an edge's nearest point. */
export function footOn(land: Land, edge: number, point: Point): Point {
  const [a, b] = [land.position(startOf(edge)), land.position(endOf(edge))];
  const [x, y] = [b[0] - a[0], b[1] - a[1]];
  const share = Math.min(Math.max(((point[0] - a[0]) * x + (point[1] - a[1]) * y) / (x * x + y * y), 0), 1);
  return [a[0] + Math.round(share * x), a[1] + Math.round(share * y)];
}
