/** The stretch of a border that a line takes the place of. */
import { edge, endOf, startOf } from "./edges";
import { distance } from "./exact";
import { refuse } from "./refusals";
import type { Position } from "./rings";
import type { Point } from "./types";

/** Edges of the border from one vertex to another: where the border is a ring, of the way nearer to the line. */
export function stretch(border: readonly number[], start: number, end: number, line: readonly Point[], position: Position): Set<number> {
  const beside = besides(border);
  const ways = [...(beside.get(start) ?? [])].map((towards) => way(beside, start, towards, end)).filter((each) => each !== null);
  const ranked = ways.map((each) => ({ way: each, area: areaBetween(each.map(position), line) })).sort((a, b) => a.area - b.area);
  const [first, second] = ranked;
  if (first === undefined) return refuse("ends_off_border", [], line[0]);
  // The server compares areas after noding, which moves a line by under two units.
  if (second !== undefined && second.area - first.area <= 8 * length(line)) refuse("border_ambiguous", [], line[0]);
  const steps = new Set(first.way.slice(1).flatMap((to, i) => [edge(first.way[i]!, to), edge(to, first.way[i]!)]));
  return new Set(border.filter((each) => steps.has(each)));
}

function besides(border: readonly number[]): Map<number, Set<number>> {
  const found = new Map<number, Set<number>>();
  const add = (from: number, to: number): unknown => found.set(from, (found.get(from) ?? new Set<number>()).add(to));
  for (const each of border) {
    add(startOf(each), endOf(each));
    add(endOf(each), startOf(each));
  }
  return found;
}

/** A way along the border; none leads on through a vertex where the border touches itself. */
function way(beside: ReadonlyMap<number, ReadonlySet<number>>, start: number, towards: number, end: number): number[] | null {
  const found = [start, towards];
  while (found[found.length - 1] !== end) {
    const [last, before] = [found[found.length - 1]!, found[found.length - 2]!];
    const onward = [...beside.get(last)!].filter((each) => each !== before);
    if (onward.length !== 1 || last === start) return null;
    found.push(onward[0]!);
  }
  return found;
}

/** Twice the area between a way and a line, in square units. */
function areaBetween(points: readonly Point[], line: readonly Point[]): number {
  const ring = [...points, ...[...line].reverse()];
  const [x0, y0] = ring[0]!;
  const terms = ring.map(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length]!;
    return (ax - x0) * (by - y0) - (ay - y0) * (bx - x0);
  });
  return Math.abs(terms.reduce((sum, term) => sum + term, 0));
}

function length(line: readonly Point[]): number {
  return line.slice(1).reduce((sum, point, i) => sum + distance(line[i]!, point), 0);
}
