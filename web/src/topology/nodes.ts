/** Nodes put on edges, in all units of all levels that have them: the one change that a neighbour has to follow. */
import { edge } from "./edges";
import { isInTriangle, meets, same } from "./exact";
import { boxAround, overlap, widened, type Draft, type Land } from "./land";
import { segments, isSound } from "./settling";
import type { Entry } from "./noding";
import { refuse } from "./refusals";
import type { Box, Part, Point, Ring, Unit } from "./types";

/** A bent edge: its vertices from end to end. */
type Bend = readonly number[];

/**
 * Puts nodes on edges of the lowest units. Refused are edges that no unit in reach has, and bends that would run over or up to
 * anything beside them: the edge moves by under a unit, and nothing may lie in between.
 */
export function putNodes(draft: Draft, entries: readonly Entry[]): void {
  const bends = entries.map((entry) => bendOf(draft, entry));
  for (const [unit, paths] of pathsByUnit(draft, bends)) draft.put({ ...unit, parts: withPaths(unit.parts, paths) });
  for (const bend of bends) requireClear(draft, bend);
}

function bendOf(draft: Draft, entry: Entry): Bend {
  if (!isSound(entry)) refuse("bad_command", [], entry.at[0] ?? null);
  const [a, b] = entry.edge.map((point) => vertexAt(draft.base, point));
  const isKnown = a !== undefined && b !== undefined && unitsWith(draft, a, b).some((unit) => isEditableLowest(draft.base, unit));
  if (!isKnown) return refuse("no_edge", [], entry.edge[0]);
  return [a, ...entry.at.map((point) => draft.addPoint(point)), b];
}

export function isEditableLowest(land: Land, unit: Unit): boolean {
  return !unit.locked && land.isLowest(unit);
}

/** The vertex at a place. */
export function vertexAt(land: Land, point: Point): number | undefined {
  for (const unit of land.near([...point, ...point])) {
    for (const part of unit.parts) {
      for (const ring of part) {
        const found = ring.find((vertex) => same(land.position(vertex), point));
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

function unitsWith(draft: Draft, a: number, b: number): Unit[] {
  const ofB = new Set(draft.having(b));
  return draft.having(a).filter((unit) => ofB.has(unit) && unit.parts.some((part) => part.some((ring) => isStep(ring, a, b))));
}

function isStep(ring: Ring, a: number, b: number): boolean {
  return ring.some((vertex, i) => {
    const next = ring[i + 1 === ring.length ? 0 : i + 1];
    return (vertex === a && next === b) || (vertex === b && next === a);
  });
}

function pathsByUnit(draft: Draft, bends: readonly Bend[]): Map<Unit, Map<number, Bend>> {
  const found = new Map<Unit, Map<number, Bend>>();
  for (const bend of bends) {
    const [a, b, inside] = [bend[0]!, bend[bend.length - 1]!, bend.slice(1, -1)];
    for (const unit of unitsWith(draft, a, b)) {
      const paths = found.get(unit) ?? new Map<number, Bend>();
      found.set(unit, paths.set(edge(a, b), inside).set(edge(b, a), [...inside].reverse()));
    }
  }
  return found;
}

function withPaths(parts: readonly Part[], paths: ReadonlyMap<number, Bend>): Part[] {
  return parts.map((part) => part.map((ring) => withPathsInRing(ring, paths)));
}

function withPathsInRing(ring: Ring, paths: ReadonlyMap<number, Bend>): Ring {
  const next = (i: number): number => ring[i + 1 === ring.length ? 0 : i + 1]!;
  if (!ring.some((vertex, i) => paths.has(edge(vertex, next(i))))) return ring;
  return ring.flatMap((vertex, i) => [vertex, ...(paths.get(edge(vertex, next(i))) ?? [])]);
}

/** Refuses a bend with anything in the land that it sweeps over, or that its new edges would meet. */
function requireClear(draft: Draft, bend: Bend): void {
  const place = (vertex: number): Point => draft.position(vertex);
  const box = widened(boxAround(bend, place), 2);
  const near = draft.base.near(box).filter((unit) => unit.locked || draft.base.isLowest(unit));
  for (const { id } of near) {
    const unit = draft.get(id)!;
    if (unit.parts.flat().some((ring) => isInTheWay(ring, bend, box, place))) refuse("edit_breaks_coverage", [id], place(bend[1]!));
  }
}

function isInTheWay(ring: Ring, bend: Bend, box: Box, place: (vertex: number) => Point): boolean {
  const own = new Set(bend);
  return ring.some((vertex, i) => {
    const next = ring[i + 1 === ring.length ? 0 : i + 1]!;
    const [a, b] = [place(vertex), place(next)];
    const isOwn = own.has(vertex) && own.has(next) && isOneStep(bend, vertex, next);
    if (isOwn || !overlap(boxAround([a, b], (point) => point), box)) return false;
    return (!own.has(vertex) && isSwept(a, bend.map(place))) || segments(bend.map(place)).some(([c, d]) => meets(a, b, c, d));
  });
}

function isOneStep(bend: Bend, a: number, b: number): boolean {
  return Math.abs(bend.indexOf(a) - bend.indexOf(b)) === 1;
}

/** Whether a point lies between an edge and the path that takes its place. */
function isSwept(point: Point, path: readonly Point[]): boolean {
  const [a, b] = [path[0]!, path[path.length - 1]!];
  return segments(path).some(([c, d]) => isInTriangle(point, a, c, d) || isInTriangle(point, b, c, d) || isInTriangle(point, a, b, c));
}
