/**
 * Whether a unit is still a polygon after one vertex has moved or gone. The edges between units cancel, so if each of them stays a polygon
 * whose rings run the same way round, they tile what they tiled: only the units that have the vertex need be looked at.
 */
import { meets, runsAroundHalf } from "./exact";
import { boxAround, overlap, type Draft } from "./land";
import { refuse } from "./refusals";
import { isCounterClockwise, type Position } from "./rings";
import type { Box, Point, Ring, Unit } from "./types";

type Step = readonly [number, number];

/**
 * `moved` is the vertex where it stands now, null if it has gone; `from` the place where it stood; `beside` the vertices between which it
 * stood. Refuses new edges that meet others anywhere but at common ends, rings that turn over, and rings that were run over whole.
 */
export function requireSound(draft: Draft, unit: Unit, moved: number | null, from: Point, beside: ReadonlySet<number> = new Set()): void {
  const position: Position = (vertex) => draft.position(vertex);
  const broken = (place: Point): never => refuse("edit_breaks_coverage", [unit.id], place);
  const rings = unit.parts.flat();
  const changed = rings.map((ring) => stepsAt(ring, moved, beside));
  const fresh = changed.flat();
  const swept = [from, ...fresh.flat().map(position)];
  const box = boxAround(swept, (point) => point);
  unit.parts.forEach((part) =>
    part.forEach((ring, i) => {
      if (!isFree(ring, fresh, box, position)) broken(position(fresh[0]![0]));
      const steps = changed[rings.indexOf(ring)]!;
      if (steps.length > 0 && isCounterClockwise(ring, position) !== (i === 0)) broken(from);
      const isNear = steps.length === 0 && overlap(boxAround(ring, position), box);
      if (isNear && isRunOver(ring, changed, moved, from, position)) broken(position(ring[0]!));
    }),
  );
}

/** Edges of a ring that are new: those at the moved vertex, or the one that runs straight past where it stood. */
function stepsAt(ring: Ring, moved: number | null, beside: ReadonlySet<number>): Step[] {
  const steps = ring.map((a, i): Step => [a, ring[i + 1 === ring.length ? 0 : i + 1]!]);
  return steps.filter(([a, b]) => (moved === null ? beside.has(a) && beside.has(b) : a === moved || b === moved));
}

function isFree(ring: Ring, fresh: readonly Step[], box: Box, position: Position): boolean {
  const segments = fresh.map(([a, b]) => [a, b, position(a), position(b)] as const);
  let [c, pc] = [ring[ring.length - 1]!, position(ring[ring.length - 1]!)];
  for (const d of ring) {
    const pd = position(d);
    if (comesNear(pc, pd, box) && segments.some(([a, b, pa, pb]) => !(a === c && b === d) && meets(pa, pb, pc, pd))) return false;
    [c, pc] = [d, pd];
  }
  return true;
}

function comesNear(a: Point, b: Point, [west, south, east, north]: Box): boolean {
  const beside = (a[0] < west && b[0] < west) || (a[0] > east && b[0] > east);
  return !beside && !(a[1] < south && b[1] < south) && !(a[1] > north && b[1] > north);
}

/** Whether a ring that stayed lies between where another ring ran and where it runs. */
function isRunOver(ring: Ring, changed: readonly (readonly Step[])[], moved: number | null, from: Point, position: Position): boolean {
  const [a, b] = [position(ring[0]!), position(ring[1]!)];
  const middle: Point = [a[0] + b[0], a[1] + b[1]];
  return changed.some((steps) => {
    if (steps.length === 0) return false;
    const [before, after] = moved === null ? steps[0]! : [steps.find(([, to]) => to === moved)![0], steps.find(([to]) => to === moved)![1]];
    const now = moved === null ? [] : [position(moved)];
    return runsAroundHalf(middle, [position(before), ...now, position(after), from]);
  });
}
