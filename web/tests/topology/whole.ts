/** Whether a coverage is whole, by brute force: nothing of the topology's own bookkeeping is believed but exact predicates. */
import type { Coverage, Part, Point, Ring, Unit } from "../../src/topology";
import { distanceTo, meets, runsAroundHalf, same, turnsLeft } from "../../src/topology/exact";

type Place = (vertex: number) => Point;

const segments = (ring: readonly Point[]): (readonly [Point, Point])[] => ring.map((a, i) => [a, ring[(i + 1) % ring.length]!] as const);

/** What is wrong with a unit's shape; nothing if it is a polygon whose rings touch at single vertices at most. */
export function faultsOf(c: Coverage, unit: Unit): string[] {
  const place: Place = (vertex) => c.position(vertex);
  const rings = unit.parts.map((part) => part.map((ring) => ring.map(place)));
  const all = rings.flat().flatMap(segments);
  const faults = rings.flatMap((part) => part.flatMap((ring, i) => (ring.length < 3 || turnsLeft(ring) !== (i === 0) ? ["turned"] : [])));
  if (unit.parts.length === 0 || rings.flat().some((ring) => hasTwice(ring))) faults.push("vertex twice");
  all.forEach(([a, b], i) => all.forEach(([x, y], j) => (j > i && meets(a, b, x, y) ? faults.push(`meets ${String(a)} ${String(x)}`) : 0)));
  rings.forEach((part, p) => {
    if (!part.slice(1).every((hole) => holds(part.slice(0, 1), hole))) faults.push("hole outside");
    if (part.slice(1).some((hole, i) => part.slice(1).some((other, j) => i !== j && holds([other], hole)))) faults.push("hole in hole");
    if (rings.some((other, q) => p !== q && holds(other, part[0]!))) faults.push("part in part");
  });
  return faults;
}

function hasTwice(ring: readonly Point[]): boolean {
  return new Set(ring.map(String)).size < ring.length;
}

function holds(part: readonly (readonly Point[])[], ring: readonly Point[]): boolean {
  const middle: Point = [ring[0]![0] + ring[1]![0], ring[0]![1] + ring[1]![1]];
  return part.reduce((inside, each) => inside !== runsAroundHalf(middle, each), false);
}

/** Directed edges of a unit by place. */
export function edgesByPlace(c: Coverage, unit: Unit): string[] {
  return unit.parts.flat().flatMap((ring) => segments(ring.map((vertex) => c.position(vertex))).map(([a, b]) => `${String(a)}>${String(b)}`));
}

/** Edges that are left when those of the children and those of their parent turned round have cancelled. */
export function uncancelled(c: Coverage, parent: Unit): string[] {
  const count = new Map<string, number>();
  const add = (edge: string, by: number): unknown => count.set(edge, (count.get(edge) ?? 0) + by);
  const children = [...c.units.values()].filter((unit) => unit.parent === parent.id);
  for (const edge of children.flatMap((child) => edgesByPlace(c, child))) {
    add(edge, 1);
    add(edge.split(">").reverse().join(">"), -1);
  }
  for (const edge of edgesByPlace(c, parent)) {
    add(edge, -1);
    add(edge.split(">").reverse().join(">"), 1);
  }
  return [...count].filter(([, n]) => n !== 0).map(([edge]) => edge);
}

/** Whether rings are what they were but for nodes, which lie within so many units of the old edges. */
export function isSameButForNodes(before: readonly Part[], was: Place, after: readonly Part[], is: Place, units: number): boolean {
  const [old, now] = [before.flat(), after.flat()];
  return old.length === now.length && old.every((ring) => now.some((other) => follows(ring, was, other, is, units)));
}

function follows(ring: Ring, was: Place, other: Ring, is: Place, units: number): boolean {
  const start = other.findIndex((vertex) => same(is(vertex), was(ring[0]!)));
  if (start < 0) return false;
  const turned = [...other.slice(start), ...other.slice(0, start)].map(is);
  let k = 0;
  for (const point of [...turned, turned[0]!]) {
    const next = was(ring[(k + 1) % ring.length]!);
    if (k < ring.length && same(point, next)) k += 1;
    else if (distanceTo(point, was(ring[k % ring.length]!), next) > units) return false;
  }
  return k === ring.length;
}

/** All that a coverage says, as text. */
export function fingerprint(c: Coverage): string {
  return JSON.stringify([...c.units.values()].map((unit) => [unit, unit.parts.map((part) => part.map((ring) => ring.map((vertex) => c.position(vertex))))]));
}
