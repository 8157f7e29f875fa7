/** Random gestures on a coverage, by a seeded generator: what a planner might draw, sense and nonsense. */
import * as topology from "../../src/topology";
import type { Command, Coverage, Outcome, Point, Unit } from "../../src/topology";

export type Random = () => number;

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** An outcome, and the command of the same gesture before the page has noded it. */
export interface Gesture {
  readonly op: string;
  readonly wish: Command;
  readonly act: () => Outcome;
}

const degrees = ([x, y]: Point): Point => [x / 1e7, y / 1e7];
const line = (points: readonly Point[]): object => ({ type: "LineString", coordinates: points.map(degrees) });
const ring = (points: readonly Point[]): object => ({ type: "Polygon", coordinates: [[...points, points[0]!].map(degrees)] });

export function pick<T>(items: readonly T[], rng: Random): T {
  return items[Math.floor(rng() * items.length)]!;
}

function around([x, y]: Point, radius: number, rng: Random): Point {
  return [x + Math.round((2 * rng() - 1) * radius), y + Math.round((2 * rng() - 1) * radius)];
}

/** A vertex of a unit: seldom one that cannot be moved. */
function vertexOf(c: Coverage, unit: Unit, rng: Random): number {
  const every = unit.parts.flat(2);
  const free = every.filter((vertex) => !topology.isLocked(c, vertex));
  return pick(free.length > 0 && rng() < 0.9 ? free : every, rng);
}

function extent(c: Coverage, unit: Unit): number {
  const [west, south, east, north] = topology.bounds(c, unit.id);
  return Math.max(east - west, north - south, 1);
}

/** A vertex, a place on an edge, or a place near one of these: where drawings begin, end and pass. */
function spot(c: Coverage, unit: Unit, rng: Random): Point {
  const rings = unit.parts.flat();
  const of = pick(rings, rng);
  const i = Math.floor(rng() * of.length);
  const [a, b] = [c.position(of[i]!), c.position(of[(i + 1) % of.length]!)];
  const share = rng() < 0.4 ? 0 : rng();
  const on: Point = [Math.round(a[0] + share * (b[0] - a[0])), Math.round(a[1] + share * (b[1] - a[1]))];
  const kind = rng();
  return kind < 0.5 ? on : around(on, kind < 0.7 ? 3 : kind < 0.85 ? extent(c, unit) / 20 : extent(c, unit) / 2, rng);
}

function path(c: Coverage, unit: Unit, most: number, rng: Random): Point[] {
  return Array.from({ length: 2 + Math.floor(rng() * (most - 1)) }, () => spot(c, unit, rng));
}

/** A ring around a place, by rising angles, so that it seldom crosses itself. */
function star(c: Coverage, unit: Unit, rng: Random): Point[] {
  const [x, y] = spot(c, unit, rng);
  const radius = extent(c, unit) * pick([0.05, 0.2, 0.5, 1], rng);
  const count = 3 + Math.floor(rng() * 6);
  const points = Array.from({ length: count }, (_, i): Point => {
    const [angle, far] = [((i + 0.7 * rng()) / count) * 2 * Math.PI, radius * (0.4 + 0.6 * rng())];
    return [Math.round(x + far * Math.cos(angle)), Math.round(y + far * Math.sin(angle))];
  });
  return points.map((point) => (rng() < 0.15 ? spot(c, unit, rng) : point));
}

function split(c: Coverage, unit: Unit, position: number, rng: Random): Gesture {
  const points = path(c, unit, 4, rng);
  return { op: "split", wish: { op: "split", unit: unit.id, lines: line(points) }, act: () => topology.split(c, unit.id, points, position) };
}

function merge(c: Coverage, unit: Unit, position: number, rng: Random): Gesture {
  const beside = topology.neighbours(c, unit.id);
  const others = beside.length > 0 && rng() < 0.95 ? beside : topology.childrenOf(c, unit.parent!);
  const units = [...new Set([unit.id, pick(others, rng) ?? unit.id, ...(rng() < 0.2 ? [pick(others, rng) ?? unit.id] : [])])];
  const into = pick(units, rng);
  return { op: "merge", wish: { op: "merge", units, into }, act: () => topology.merge(c, units, into, position) };
}

function transfer(c: Coverage, unit: Unit, position: number, rng: Random): Gesture {
  const beside = topology.neighbours(c, unit.id);
  const siblings = beside.filter((id) => c.units.get(id)!.parent === unit.parent);
  const to = rng() < 0.9 && siblings.length > 0 ? pick(siblings, rng) : unit.id;
  const points = star(c, unit, rng);
  return { op: "transfer", wish: { op: "transfer", piece: ring(points), to }, act: () => topology.transfer(c, points, to, position) };
}

function drawn(op: "carve" | "draw", c: Coverage, unit: Unit, position: number, rng: Random): Gesture {
  const [points, parent] = [star(c, unit, rng), unit.parent!];
  const wish = { op, parent, polygon: ring(points), name: "新" };
  return { op, wish, act: () => topology[op](c, parent, points, "新", position) };
}

function moveBorder(c: Coverage, unit: Unit, position: number, rng: Random): Gesture {
  const beside = topology.neighbours(c, unit.id);
  const siblings = beside.filter((id) => c.units.get(id)!.parent === unit.parent);
  const other = pick(siblings.length > 0 ? siblings : beside, rng) ?? unit.id;
  const border = topology.sharedBorder(c, unit.id, other);
  const end = (): Point => {
    if (border.length === 0) return spot(c, unit, rng);
    const [a, b] = pick(border, rng).map((vertex) => c.position(vertex)) as [Point, Point];
    const share = rng() < 0.5 ? 0 : rng();
    return around([Math.round(a[0] + share * (b[0] - a[0])), Math.round(a[1] + share * (b[1] - a[1]))], rng() < 0.8 ? 0 : 5, rng);
  };
  const [from, to] = [end(), end()];
  const count = Math.floor(rng() * 4);
  const far = extent(c, unit) / pick([3, 10, 30], rng);
  const middle = Array.from({ length: count }, (_, i) => {
    const share = (i + 1) / (count + 1);
    return around([Math.round(from[0] + share * (to[0] - from[0])), Math.round(from[1] + share * (to[1] - from[1]))], far, rng);
  });
  const points = [from, ...middle, to];
  const wish = { op: "move_border", units: [unit.id, other], line: line(points) };
  return { op: "move_border", wish, act: () => topology.moveBorder(c, unit.id, other, points, position) };
}

function moveVertex(c: Coverage, unit: Unit, position: number, rng: Random): Gesture {
  const vertex = vertexOf(c, unit, rng);
  const at = c.position(vertex);
  const to = around(at, extent(c, unit) / pick([2, 5, 20, 1000], rng) + 1, rng);
  const wish = { op: "move_vertex", parent: unit.parent!, at: degrees(at), to: degrees(to) };
  return { op: "move_vertex", wish, act: () => topology.moveVertex(c, vertex, to, position) };
}

function removeVertex(c: Coverage, unit: Unit, position: number, rng: Random): Gesture {
  const vertex = vertexOf(c, unit, rng);
  const wish = { op: "remove_vertex", parent: unit.parent!, at: degrees(c.position(vertex)) };
  return { op: "remove_vertex", wish, act: () => topology.removeVertex(c, vertex, position) };
}

function insertVertex(c: Coverage, unit: Unit, position: number, rng: Random): Gesture {
  const at = spot(c, unit, rng);
  const wish = { op: "insert_vertex", parent: unit.parent!, at: degrees(at) };
  return { op: "insert_vertex", wish, act: () => topology.insertVertex(c, at, 45, position) };
}

function rename(c: Coverage, unit: Unit, position: number): Gesture {
  const wish = { op: "rename", unit: unit.id, name: "改" };
  return { op: "rename", wish, act: () => topology.label(c, wish, position) };
}

type Make = (c: Coverage, unit: Unit, position: number, rng: Random) => Gesture;

const MAKES: readonly Make[] = [
  split,
  split,
  split,
  merge,
  transfer,
  transfer,
  transfer,
  (...all) => drawn("carve", ...all),
  (...all) => drawn("draw", ...all),
  moveBorder,
  moveBorder,
  moveBorder,
  moveVertex,
  moveVertex,
  insertVertex,
  removeVertex,
  rename,
];

/** One gesture at a unit below the scope; null where there is none. */
export function gesture(c: Coverage, position: number, rng: Random): Gesture | null {
  const units = [...c.units.values()].filter((unit) => !unit.locked && unit.id !== c.scope);
  if (units.length === 0) return null;
  return pick(MAKES, rng)(c, pick(units, rng), position, rng);
}
