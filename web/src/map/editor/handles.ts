/** The handles of the chosen units: their vertices, and the middles of edges long enough to be taken hold of. */
import { isLocked, unitsOfVertex, type Coverage, type Point } from "../../topology";
import { edgeKey } from "./borders";
import { distancePx, pixelOf, type Pixel } from "./camera";
import type { Frame } from "../overlay";

export type Handle =
  | { readonly kind: "vertex" | "node" | "locked"; readonly vertex: number; readonly at: Point; readonly px: Pixel }
  | { readonly kind: "middle"; readonly edge: readonly [number, number]; readonly at: Point; readonly px: Pixel };

export const REACH_PX = { mouse: 10, touch: 22 } as const;
const MIDDLE_FROM_PX = 56;
const AIR_PX = 40;

/** Vertices of the units, each once in the order of the rings, also those out of view: keys go to them. Middles in view alone. */
export function handlesOf(coverage: Coverage, ids: readonly string[], frame: Frame): Handle[] {
  const [handles, seen, edges]: [Handle[], Set<number>, Set<number>] = [[], new Set(), new Set()];
  for (const ring of ids.flatMap((id) => (coverage.units.get(id)?.parts ?? []).flat())) {
    ring.forEach((vertex, i) => {
      if (!seen.has(vertex)) handles.push(vertexHandle(coverage, vertex, frame));
      seen.add(vertex);
      const next = ring[(i + 1) % ring.length]!;
      const middle = edges.has(edgeKey(vertex, next)) ? null : middleHandle(coverage, vertex, next, frame);
      if (middle !== null && isInView(middle.px, frame)) handles.push(middle);
      edges.add(edgeKey(vertex, next));
    });
  }
  return handles;
}

function isInView([x, y]: Pixel, { width, height }: Frame): boolean {
  return x > -AIR_PX && y > -AIR_PX && x < width + AIR_PX && y < height + AIR_PX;
}

function vertexHandle(coverage: Coverage, vertex: number, frame: Frame): Handle {
  const at = coverage.position(vertex);
  const isNode = lowestUnits(coverage, vertex).length > 2;
  const kind = isLocked(coverage, vertex) ? "locked" : isNode ? "node" : "vertex";
  return { kind, vertex, at, px: pixelOf(frame, at) };
}

/** The units without lower ones at a vertex: three or more meet in a node. */
export function lowestUnits(coverage: Coverage, vertex: number): string[] {
  const ids = unitsOfVertex(coverage, vertex);
  const parents = new Set(ids.map((id) => coverage.units.get(id)?.parent));
  return ids.filter((id) => !parents.has(id));
}

/** Both ends locked: the edge lies on the outline and takes no vertex. */
function middleHandle(coverage: Coverage, a: number, b: number, frame: Frame): Handle | null {
  const [from, to] = [coverage.position(a), coverage.position(b)];
  const [pa, pb] = [pixelOf(frame, from), pixelOf(frame, to)];
  if (distancePx(pa, pb) < MIDDLE_FROM_PX || (isLocked(coverage, a) && isLocked(coverage, b))) return null;
  const at: Point = [Math.round((from[0] + to[0]) / 2), Math.round((from[1] + to[1]) / 2)];
  return { kind: "middle", edge: [a, b], at, px: pixelOf(frame, at) };
}

const RANK = { node: 0, vertex: 0, middle: 1, locked: 2 } as const;

/** The handle meant by a pointer: the nearest within reach, vertices before middles, and what cannot move last. */
export function handleAt(handles: readonly Handle[], px: Pixel, reachPx: number): Handle | null {
  let best: Handle | null = null;
  let [bestRank, bestPx] = [Infinity, Infinity];
  for (const handle of handles) {
    const [rank, far] = [RANK[handle.kind], distancePx(px, handle.px)];
    if (far > reachPx || rank > bestRank || (rank === bestRank && far >= bestPx)) continue;
    [best, bestRank, bestPx] = [handle, rank, far];
  }
  return best;
}

/** Vertices that can take the focus, in order: the roving stop goes through them. */
export function roving(handles: readonly Handle[]): number[] {
  return handles.flatMap((handle) => (handle.kind === "middle" ? [] : [handle.vertex]));
}

export function roved(order: readonly number[], from: number | null, steps: number): number | null {
  if (order.length === 0) return null;
  const at = from === null ? -1 : order.indexOf(from);
  if (at < 0) return order[steps > 0 ? 0 : order.length - 1]!;
  return order[(at + steps + order.length * Math.abs(steps)) % order.length]!;
}
