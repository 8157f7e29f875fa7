/** Brings drawn lines to rest against edges, so that the server's own noding of the result finds nothing left to do. */
import { along, isBesideInside, same } from "./exact";
import { keyOf, node, restless, type Entry, type Noded, type Segment } from "./noding";
import { refuse } from "./refusals";
import type { Point } from "./types";

const ROUNDS = 8;

/**
 * Lines through nodes, and the nodes on edges.
 *
 * `paths` are the edges, each from its first end to its second, with points between them that are to be put on it in any case.
 * A node may come to lie beside a vertex of a line that was free before, so the lines are noded until nothing moves.
 */
export function settled(lines: readonly (readonly Point[])[], paths: readonly (readonly Point[])[]): Noded {
  let [drawn, bent] = [lines, paths];
  for (let round = 0; round < ROUNDS; round++) {
    const noded = node(drawn, bent.flatMap(segments));
    const rests = noded.entries.length === 0 && restless(noded.lines, bent.flatMap(segments)) === null;
    [drawn, bent] = [noded.lines, withEntries(bent, noded.entries)];
    if (rests) return { lines: drawn, entries: entriesOf(bent) };
  }
  return refuse("cut_not_settled", [], drawn[0]?.[0] ?? null);
}

export function segments(path: readonly Point[]): Segment[] {
  return path.slice(1).map((point, i) => [path[i]!, point]);
}

function withEntries(paths: readonly (readonly Point[])[], entries: readonly Entry[]): (readonly Point[])[] {
  if (entries.length === 0) return [...paths];
  const found = new Map(entries.map(({ edge: [a, b], at }) => [keyOf(a) + keyOf(b), at]));
  return paths.map((path) => [path[0]!, ...segments(path).flatMap(([a, b]) => [...(found.get(keyOf(a) + keyOf(b)) ?? []), b])]);
}

function entriesOf(paths: readonly (readonly Point[])[]): Entry[] {
  const bent = paths.filter((path) => path.length > 2);
  return bent.map((path) => checkedEntry({ edge: [path[0]!, path[path.length - 1]!], at: path.slice(1, -1) }));
}

function checkedEntry(entry: Entry): Entry {
  if (!isSound(entry)) refuse("cut_not_settled", [], entry.at[0]!);
  return entry;
}

/** Whether all points lie beside the inside of the edge, in order and each once. */
export function isSound({ edge: [a, b], at }: Entry): boolean {
  const beside = at.every((point) => isBesideInside(point, a, b));
  const ordered = at.every((point, i) => i === 0 || along(at[i - 1]!, a, b) <= along(point, a, b));
  return beside && ordered && at.every((point, i) => at.findIndex((other) => same(other, point)) === i);
}
