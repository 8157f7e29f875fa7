/** Rings and polygons from directed edges, and what can be said of them exactly. */
import { edge, endOf, startOf, turned } from "./edges";
import { orientation, runsAroundHalf, turnsLeft } from "./exact";
import { refuse } from "./refusals";
import type { Part, Point, Ring } from "./types";

export type Position = (vertex: number) => Point;

/**
 * Walks along directed edges, each edge once, keeping what lies on the left of an edge on the left.
 *
 *        b   c
 *         \ /        at v from a: b is the first on the left, so the corner a-v-b is one corner of the face
 *     a →  v
 */
export function walks(edges: Iterable<number>, position: Position): number[][] {
  const leaving = new Map<number, number[]>();
  for (const key of edges) {
    const known = leaving.get(startOf(key));
    if (known === undefined) leaving.set(startOf(key), [key]);
    else known.push(key);
  }
  const [found, used] = [[] as number[][], new Set<number>()];
  for (const key of [...leaving.values()].flat()) if (!used.has(key)) found.push(walk(key, leaving, used, position));
  return found;
}

function walk(first: number, leaving: ReadonlyMap<number, number[]>, used: Set<number>, position: Position): number[] {
  const way: number[] = [];
  let key = first;
  do {
    used.add(key);
    way.push(key);
    key = onward(key, leaving.get(endOf(key)) ?? [], position);
  } while (!used.has(key));
  return way;
}

function onward(key: number, choices: readonly number[], position: Position): number {
  const [first, ...others] = choices;
  if (first === undefined) return refuse("edit_breaks_coverage", [], position(endOf(key)));
  if (others.length === 0) return first;
  const [from, at] = [position(startOf(key)), position(endOf(key))];
  return others.reduce((best, each) => (isBefore(at, from, position(endOf(each)), position(endOf(best))) ? each : best), first);
}

/** Whether, turning clockwise from `from` around a point, one direction comes before another; that of `from` itself comes last. */
function isBefore(at: Point, from: Point, one: Point, other: Point): boolean {
  const [rank, otherRank] = [sector(at, from, one), sector(at, from, other)];
  return rank === otherRank ? orientation(at, one, other) < 0 : rank < otherRank;
}

function sector(at: Point, from: Point, to: Point): number {
  const turn = orientation(at, from, to);
  if (turn !== 0) return turn < 0 ? 0 : 2;
  const ahead = (from[0] - at[0]) * (to[0] - at[0]) + (from[1] - at[1]) * (to[1] - at[1]) > 0;
  return ahead ? 3 : 1;
}

/** The rings of a walk that meets vertices several times: each has every vertex once. */
function ringsOfWalk(way: readonly number[]): number[][] {
  const [rings, open, at] = [[] as number[][], [] as number[], new Map<number, number>()];
  for (const vertex of way.map(startOf)) {
    const before = at.get(vertex);
    if (before !== undefined) {
      const ring = open.splice(before);
      for (const each of ring) at.delete(each);
      rings.push(ring);
    }
    at.set(vertex, open.length);
    open.push(vertex);
  }
  return [...rings, open];
}

/** Polygons bounded by directed edges that cancel nowhere and meet at common vertices alone. */
export function partsOf(edges: Iterable<number>, position: Position): Part[] {
  const rings = walks(edges, position).flatMap(ringsOfWalk);
  const shells = rings.filter((ring) => isCounterClockwise(ring, position)).map((ring) => new Shell(ring, position));
  const parts = new Map(shells.map((shell) => [shell, [shell.ring]]));
  for (const hole of rings.filter((ring) => !isCounterClockwise(ring, position))) {
    const around = shells.filter((shell) => shell.holds(hole));
    const nearest = around.reduce<Shell | null>((best, each) => (best === null || each.area < best.area ? each : best), null);
    parts.get(nearest ?? refuse("edit_breaks_coverage", [], position(hole[0]!)))!.push(hole);
  }
  return [...parts.values()];
}

class Shell {
  readonly area: bigint;
  private readonly edges: ReadonlySet<number>;

  constructor(
    readonly ring: number[],
    private readonly position: Position,
  ) {
    this.area = doubledArea(ring, position);
    this.edges = new Set(ring.map((from, i) => edge(from, ring[(i + 1) % ring.length]!)));
  }

  /** Whether a ring lies inside: one that has an edge of this one the other way lies outside or is its other side. */
  holds(hole: Ring): boolean {
    const first = edge(hole[0]!, hole[1]!);
    return !this.edges.has(turned(first)) && isMiddleInside(first, [this.ring], this.position);
  }
}

export function isCounterClockwise(ring: Ring, position: Position): boolean {
  return turnsLeft(ring.map(position));
}

/** Twice the area in square units, counter-clockwise above zero. */
export function doubledArea(ring: Ring, position: Position): bigint {
  const [x0, y0] = position(ring[0]!);
  let [sum, size] = [0, 0];
  for (let i = 0; i < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [position(ring[i]!), position(ring[i + 1 === ring.length ? 0 : i + 1]!)];
    const [left, right] = [(ax - x0) * (by - y0), (ay - y0) * (bx - x0)];
    sum += left - right;
    size += Math.abs(left) + Math.abs(right);
  }
  return size < 2 ** 53 ? BigInt(sum) : bigDoubledArea(ring, position);
}

function bigDoubledArea(ring: Ring, position: Position): bigint {
  return ring.reduce((sum, vertex, i) => {
    const [[ax, ay], [bx, by]] = [position(vertex), position(ring[i + 1 === ring.length ? 0 : i + 1]!)];
    return sum + BigInt(ax) * BigInt(by) - BigInt(ay) * BigInt(bx);
  }, 0n);
}

/** Whether a point lies in a polygon; one on the border is on either side. */
export function isInside([x, y]: Point, part: Part, position: Position): boolean {
  return isHalfInside([2 * x, 2 * y], part, position);
}

/** Whether the middle of an edge lies in a polygon; the edge is none of the polygon's own. */
export function isMiddleInside(key: number, part: Part, position: Position): boolean {
  const [a, b] = [position(startOf(key)), position(endOf(key))];
  return isHalfInside([a[0] + b[0], a[1] + b[1]], part, position);
}

function isHalfInside(doubled: Point, part: Part, position: Position): boolean {
  return part.reduce((inside, ring) => inside !== runsAroundHalf(doubled, ring.map(position)), false);
}
