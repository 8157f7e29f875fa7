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
  const pathsBefore = changed.flatMap((id) => paths(before, was.get(id)));
  const pathsAfter = changed.flatMap((id) => paths(after, is.get(id)));
  return {
    before: chainsNotIn(pathsBefore, pathsAfter),
    after: chainsNotIn(pathsAfter, pathsBefore),
    moved: changed.map((id) => [...paths(before, was.get(id)), ...paths(after, is.get(id))]),
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

/** Chains of edges of the first that the second has not, each edge once. */
function chainsNotIn(rings: readonly Path[], others: readonly Path[]): Path[] {
  const known = edgesOf(others);
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
