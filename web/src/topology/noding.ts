/**
 * Breaks drawn lines and edges where they meet, on the lattice, as the server does: the vertices that are there never move, and an
 * edge is bent only by nodes that a line puts on it. The distances are those of the server's, a hair more: what is at rest here is there.
 */
import { along, compare, crosses, crossing, distance, distanceTo, same } from "./exact";
import { boxAround, widened } from "./land";
import { refuse } from "./refusals";
import { Sorted } from "./sorted";
import type { Box, Point } from "./types";

const HAIR = 1e-6;
/** Units: a lattice point nearer to a segment than this lies on it. */
const TOUCH = 0.75 + HAIR;
/** Units: lines use a vertex that is there rather than put a node beside it. */
export const VERTEX_REACH = 1.5 + HAIR;
const ROUNDS = 30;
const MOST_CROSSINGS = 10_000;

export type Segment = readonly [Point, Point];

/** Points put on an edge, in order from its first end to its second. */
export interface Entry {
  readonly edge: Segment;
  readonly at: readonly Point[];
}

export interface Noded {
  readonly lines: readonly (readonly Point[])[];
  readonly entries: readonly Entry[];
}

/** A line or an edge under work; of an edge, it starts as its two ends. */
interface Chain {
  readonly points: readonly Point[];
  readonly isLine: boolean;
}

/** One segment of a chain. */
interface Step {
  readonly a: Point;
  readonly b: Point;
  readonly chain: number;
  readonly at: number;
  readonly isLine: boolean;
}

/** A point at which a step has to be broken. */
type Break = readonly [Step, Point];

export const keyOf = ([x, y]: Point): string => `${x},${y}`;

/** Lines through all the nodes, moved by under two units, and the nodes on edges. */
export function node(lines: readonly (readonly Point[])[], edges: readonly Segment[]): Noded {
  const corners = new Corners(edges.flat());
  const drawn = lines.map((line) => corners.snapped(line)).filter((line) => line.length > 1);
  let chains: Chain[] = [...edges.map((points) => ({ points, isLine: false })), ...drawn.map((points) => ({ points, isLine: true }))];
  for (let round = 0; round < ROUNDS; round++) {
    const found = breaks(chains, corners);
    if (found.length === 0) return nodedOf(chains);
    chains = broken(chains, found);
  }
  return refuse("cut_not_settled", [], lines[0]?.[0] ?? null);
}

function nodedOf(chains: readonly Chain[]): Noded {
  const bent = chains.filter((chain) => !chain.isLine && chain.points.length > 2);
  const entries = bent.map(({ points }): Entry => ({ edge: [points[0]!, points[points.length - 1]!], at: points.slice(1, -1) }));
  return { lines: chains.filter((chain) => chain.isLine).map((chain) => chain.points), entries };
}

/** The place at which lines and edges are not at rest yet; null if they are. */
export function restless(lines: readonly (readonly Point[])[], edges: readonly Segment[]): Point | null {
  const corners = new Corners(edges.flat());
  const moved = lines.flat().find((point) => !same(corners.near(point) ?? point, point));
  if (moved !== undefined) return moved;
  const chains = [...edges.map((points) => ({ points, isLine: false })), ...lines.map((points) => ({ points, isLine: true }))];
  return breaks(chains, corners)[0]?.[1] ?? null;
}

/** The vertices that are there. */
class Corners {
  private readonly keys: ReadonlySet<string>;
  private readonly sorted: Sorted<Point>;

  constructor(points: readonly Point[]) {
    const known = new Map(points.map((point) => [keyOf(point), point]));
    this.keys = new Set(known.keys());
    this.sorted = new Sorted([...known.values()], ([x, y]) => [x, y, x, y]);
  }

  has(point: Point): boolean {
    return this.keys.has(keyOf(point));
  }

  /** The vertex in reach of a point that is nearest; of those equally near, the smallest. */
  near(point: Point): Point | null {
    const found = this.sorted.near(boxOf([point], VERTEX_REACH)).filter((each) => distance(each, point) <= VERTEX_REACH);
    return found.sort((a, b) => distance(a, point) - distance(b, point) || compare(a, b))[0] ?? null;
  }

  /** A line with its vertices beside a corner moved into it. */
  snapped(line: readonly Point[]): Point[] {
    return distinct(line.map((point) => this.near(point) ?? point));
  }
}

export function distinct(line: readonly Point[]): Point[] {
  return line.filter((point, i) => i === 0 || !same(point, line[i - 1]!));
}

function boxOf(points: readonly Point[], margin = 0): Box {
  return widened(boxAround(points, (point) => point), margin);
}

function stepsOf(chains: readonly Chain[]): Step[] {
  return chains.flatMap(({ points, isLine }, chain) =>
    points.slice(1).map((b, at): Step => ({ a: points[at]!, b, chain, at, isLine })),
  );
}

function breaks(chains: readonly Chain[], corners: Corners): Break[] {
  const steps = stepsOf(chains);
  const sorted = new Sorted(steps, ({ a, b }) => boxOf([a, b]));
  const cuts = steps.filter((step) => step.isLine);
  const found = [...crossings(cuts, sorted, corners), ...touches(cuts, sorted, corners)];
  return found.filter(([{ a, b }, point]) => !same(point, a) && !same(point, b));
}

function crossings(cuts: readonly Step[], sorted: Sorted<Step>, corners: Corners): Break[] {
  const found: Break[] = [];
  for (const cut of cuts) {
    const others = sorted.near(boxOf([cut.a, cut.b])).filter((other) => !other.isLine || comesBefore(cut, other));
    for (const other of others.filter(({ a, b }) => crosses(cut.a, cut.b, a, b))) {
      const point = meetingPoint(cut, other, corners);
      found.push([cut, point], [other, point]);
    }
    if (found.length > 2 * MOST_CROSSINGS) refuse("too_many_crossings", [], cut.a);
  }
  return found;
}

function comesBefore(one: Step, other: Step): boolean {
  return one.chain < other.chain || (one.chain === other.chain && one.at < other.at);
}

/** The lattice point nearest to a crossing, or an end of the edge that is a vertex and near. */
function meetingPoint(cut: Step, { a, b }: Step, corners: Corners): Point {
  const point = crossing(cut.a, cut.b, a, b);
  const near = [a, b].filter((end) => corners.has(end) && nearCrossing(cut, a, b, end) <= VERTEX_REACH);
  return near.sort((p, q) => nearCrossing(cut, a, b, p) - nearCrossing(cut, a, b, q) || compare(p, q))[0] ?? point;
}

/** Distance of an end of an edge from where a cut crosses the edge. */
function nearCrossing(cut: Step, a: Point, b: Point, end: Point): number {
  const [wayX, wayY] = [b[0] - a[0], b[1] - a[1]];
  const [cutX, cutY] = [cut.b[0] - cut.a[0], cut.b[1] - cut.a[1]];
  const share = ((cut.a[0] - a[0]) * cutY - (cut.a[1] - a[1]) * cutX) / (wayX * cutY - wayY * cutX);
  return Math.hypot(wayX, wayY) * (same(end, a) ? share : 1 - share);
}

/** Vertices on the inside of a step: any on a line's, those of the lines alone on an edge. */
function touches(cuts: readonly Step[], sorted: Sorted<Step>, corners: Corners): Break[] {
  const found: Break[] = [];
  for (const cut of cuts) {
    for (const other of sorted.near(boxOf([cut.a, cut.b], TOUCH))) {
      for (const point of [other.a, other.b]) if (distanceTo(point, cut.a, cut.b) <= TOUCH) found.push([cut, point]);
      if (other.isLine) continue;
      const free = [cut.a, cut.b].filter((point) => !corners.has(point));
      for (const point of free) if (distanceTo(point, other.a, other.b) <= TOUCH) found.push([other, point]);
    }
  }
  return found;
}

function broken(chains: readonly Chain[], found: readonly Break[]): Chain[] {
  const points = new Map<Chain, Map<number, Map<string, Point>>>();
  for (const [step, point] of found) {
    const chain = chains[step.chain]!;
    const ofChain = points.get(chain) ?? new Map<number, Map<string, Point>>();
    points.set(chain, ofChain.set(step.at, (ofChain.get(step.at) ?? new Map<string, Point>()).set(keyOf(point), point)));
  }
  return chains.map((chain) => (points.has(chain) ? { ...chain, points: through(chain.points, points.get(chain)!) } : chain));
}

function through(points: readonly Point[], found: ReadonlyMap<number, ReadonlyMap<string, Point>>): Point[] {
  return points.flatMap((start, i) => {
    const end = points[i + 1];
    const inside = [...(found.get(i)?.values() ?? [])];
    if (end === undefined || inside.length === 0) return [start];
    return [start, ...inside.sort((p, q) => along(p, start, end) - along(q, start, end) || compare(p, q))];
  });
}
