/** What differs between today and the change set: edges that were, edges that are, and units whose land is another. Pure. */
import type { Coverage, Point, Ring, Unit } from "../../topology";
import { LEVELS } from "./look";

export type Path = readonly Point[];

export interface Difference {
  readonly before: readonly Path[];
  readonly after: readonly Path[];
  /** For each unit with other land its rings before and after; an even-odd fill of both is the land that moved. */
  readonly moved: readonly (readonly Path[])[];
}

export const NO_DIFFERENCE: Difference = { before: [], after: [], moved: [] };

/** Compared by coordinates, as two lands number their vertices apart, on one level: the finest that both have. */
export function differenceOf(before: Coverage, after: Coverage, level: Unit["level"]): Difference {
  const [was, is] = [facesAt(before, level), facesAt(after, level)];
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter((id) => !alike(before, was.get(id), after, is.get(id)));
  return differenceBetween(changed.map((id): [readonly Path[], readonly Path[]] => [paths(before, was.get(id)), paths(after, is.get(id))]));
}

/** The same of faces whose land is known to be another: the rings of each before and after, none where it was not or is not. */
export function differenceBetween(faces: readonly (readonly [readonly Path[], readonly Path[]])[]): Difference {
  const [pathsBefore, pathsAfter] = [faces.flatMap(([was]) => was), faces.flatMap(([, is]) => is)];
  const [was, is] = [edgesOf(pathsBefore), edgesOf(pathsAfter)];
  const [cutBefore, cutAfter] = [cutEdges(pathsBefore, was, pathsAfter, is), cutEdges(pathsAfter, is, pathsBefore, was)];
  return {
    before: chainsNotIn(pathsBefore, [is, cutBefore.whole, cutAfter.pieces]),
    after: chainsNotIn(pathsAfter, [was, cutAfter.whole, cutBefore.pieces]),
    moved: faces.map(([was, is]) => [...was, ...is]),
  };
}

function facesAt(coverage: Coverage, level: Unit["level"]): Map<string, Unit> {
  const isFace = (unit: Unit): boolean => unit.level === level || (!unit.divided && isAbove(unit.level, level));
  const units = [...coverage.units.values()].filter((unit) => !unit.locked && isFace(unit));
  return new Map(units.map((unit) => [unit.id, unit]));
}

function isAbove(one: Unit["level"], level: Unit["level"]): boolean {
  return LEVELS.indexOf(one) > LEVELS.indexOf(level);
}

function paths(coverage: Coverage, unit: Unit | undefined): Path[] {
  const rings: Ring[] = unit === undefined ? [] : unit.parts.flatMap((part) => [...part]);
  return rings.map((ring) => ring.map((vertex) => coverage.position(vertex)));
}

function alike(before: Coverage, was: Unit | undefined, after: Coverage, is: Unit | undefined): boolean {
  if (was === undefined || is === undefined) return false;
  if (sameRings(before, was, after, is)) return true;
  const [a, b] = [edgesOf(paths(before, was)), edgesOf(paths(after, is))];
  return a.size === b.size && [...a].every((edge) => b.has(edge));
}

/** Nearly all units, told without building edges. */
function sameRings(before: Coverage, was: Unit, after: Coverage, is: Unit): boolean {
  const [a, b] = [was.parts.flat(), is.parts.flat()];
  const same = (v: number, w: number): boolean => {
    const [p, q] = [before.position(v), after.position(w)];
    return p[0] === q[0] && p[1] === q[1];
  };
  return a.length === b.length && a.every((ring, i) => ring.length === b[i]!.length && ring.every((v, k) => same(v, b[i]![k]!)));
}

function keyOf(a: Point, b: Point): string {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? `${a[0]},${a[1]},${b[0]},${b[1]}` : `${b[0]},${b[1]},${a[0]},${a[1]}`;
}

function edgesOf(rings: readonly Path[]): Set<string> {
  return new Set(rings.flatMap((ring) => ring.map((point, i) => keyOf(point, ring[(i + 1) % ring.length]!))));
}

/** A node put on an edge bends it by less than this many lattice units. */
const BEND = 1.5;

interface Cut {
  readonly whole: ReadonlySet<string>;
  readonly pieces: ReadonlySet<string>;
}

/**
 * Edges of the first that the others have in pieces, since a border came to end on them, and those pieces: the same border, with more
 * nodes on it.
 */
function cutEdges(rings: readonly Path[], own: ReadonlySet<string>, others: readonly Path[], theirs: ReadonlySet<string>): Cut {
  const [whole, pieces] = [new Set<string>(), new Set<string>()];
  const next = neighboursNotIn(others, own);
  for (const ring of rings) {
    ring.forEach((a, i) => {
      const b = ring[(i + 1) % ring.length]!;
      const way = theirs.has(keyOf(a, b)) ? null : wayAlong(a, b, next);
      if (way === null) return;
      whole.add(keyOf(a, b));
      way.slice(1).forEach((point, k) => pieces.add(keyOf(way[k]!, point)));
    });
  }
  return { whole, pieces };
}

/** For each point the ends of its edges, but for edges that are known. */
function neighboursNotIn(rings: readonly Path[], known: ReadonlySet<string>): ReadonlyMap<string, readonly Point[]> {
  const next = new Map<string, Point[]>();
  const add = (from: Point, to: Point): void => void (next.get(from.join()) ?? next.set(from.join(), []).get(from.join())!).push(to);
  for (const ring of rings) {
    ring.forEach((a, i) => {
      const b = ring[(i + 1) % ring.length]!;
      if (known.has(keyOf(a, b))) return;
      add(a, b);
      add(b, a);
    });
  }
  return next;
}

/** From a to b over points that lie on the straight line between them, ever farther on; null where there is no such way. */
function wayAlong(a: Point, b: Point, next: ReadonlyMap<string, readonly Point[]>): Path | null {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  const along = (p: Point): number => ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length;
  const aside = (p: Point): number => Math.abs((p[0] - a[0]) * dy - (p[1] - a[1]) * dx) / length;
  const way: Point[] = [a];
  for (let at = a; at[0] !== b[0] || at[1] !== b[1]; ) {
    const on = (next.get(at.join()) ?? []).find((p) => aside(p) <= BEND && along(p) > along(at) && along(p) <= length);
    if (on === undefined) return null;
    way.push(on);
    at = on;
  }
  return way;
}

/** Chains of edges that are none of the known, each edge once. */
function chainsNotIn(rings: readonly Path[], others: readonly ReadonlySet<string>[]): Path[] {
  const known = new Set(others.flatMap((one) => [...one]));
  const chains: Path[] = [];
  for (const ring of rings) {
    let chain: Point[] = [];
    ring.forEach((point, i) => {
      const next = ring[(i + 1) % ring.length]!;
      const key = keyOf(point, next);
      if (known.has(key)) {
        if (chain.length > 0) chains.push(chain);
        chain = [];
        return;
      }
      known.add(key);
      if (chain.length === 0) chain.push(point);
      chain.push(next);
    });
    if (chain.length > 0) chains.push(chain);
  }
  return chains;
}
