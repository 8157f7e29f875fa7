/** Directed edges between vertices as single numbers: the unit whose ring it is lies on the left. */
import type { Part, Ring, Unit } from "./types";

/** More vertices than a coverage can ever hold; a pair of them still fits into a double. */
const MOST = 2 ** 26;

export function edge(from: number, to: number): number {
  return from * MOST + to;
}

export function startOf(key: number): number {
  return Math.floor(key / MOST);
}

export function endOf(key: number): number {
  return key % MOST;
}

export function turned(key: number): number {
  return edge(endOf(key), startOf(key));
}

export function edgesOfRing(ring: Ring): number[] {
  return ring.map((from, i) => edge(from, ring[i + 1 === ring.length ? 0 : i + 1]!));
}

export function edgesOfParts(parts: readonly Part[]): number[] {
  return parts.flatMap((part) => part.flatMap(edgesOfRing));
}

export function edgesOf(unit: Unit): number[] {
  return edgesOfParts(unit.parts);
}

/** Edges of some units together: those that two of them have in opposite directions cancel. */
export function outlineOf(edges: Iterable<number>): Set<number> {
  const left = new Set<number>();
  for (const each of edges) if (!left.delete(turned(each))) left.add(each);
  return left;
}

/** Edges between two units, the first on the left. */
export function between(first: Unit, second: Unit): number[] {
  const others = new Set(edgesOf(second));
  return edgesOf(first).filter((each) => others.has(turned(each)));
}

/** Each edge in one of its two directions. */
export function once(edges: Iterable<number>): number[] {
  const found = new Set<number>();
  for (const each of edges) if (!found.has(turned(each))) found.add(each);
  return [...found];
}
