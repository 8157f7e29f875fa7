/** Drawn lines against the units they concern: the edges near them, and the lines as edges between vertices. */
import { edge, edgesOf, endOf, once, startOf } from "./edges";
import { same } from "./exact";
import { boxAround, overlap, widened, type Draft, type Land } from "./land";
import { keyOf, restless, type Entry, type Segment } from "./noding";
import { refuse } from "./refusals";
import type { Position } from "./rings";
import type { Box, Point, Unit } from "./types";

export type Line = readonly Point[];

/** Units by which edges farther from a line are still looked at. */
const REACH = 4;
/** A line of more vertices is a file, not a drawing. */
const MOST_VERTICES = 20_000;

export function boxOfLines(lines: readonly Line[]): Box {
  return boxAround(lines.flat(), (point) => point);
}

/** Edges near some lines, each once. */
export function segmentsNear(edges: Iterable<number>, lines: readonly Line[], position: Position): Segment[] {
  const box = widened(boxOfLines(lines), REACH);
  const ends = once(edges).map((each): Segment => [position(startOf(each)), position(endOf(each))]);
  return ends.filter((segment) => overlap(boxAround(segment, (point) => point), box));
}


export function lowestOf(land: Land, units: readonly Unit[]): Unit[] {
  return units.flatMap(({ id }) => land.lowest(id));
}

export function requireLine(line: Line): void {
  if (line.length > MOST_VERTICES) refuse("too_many_vertices", [], line[0]);
  if (line.every((point) => same(point, line[0]!))) refuse("zero_length_line", [], line[0] ?? null);
}

/** The runs of lines that come near a box: what lies beyond is not looked at. */
export function runsNear(lines: readonly Line[], box: Box): Line[] {
  const wide = widened(box, REACH);
  const runs: Point[][] = [];
  for (const line of lines) {
    let run: Point[] | null = null;
    for (let i = 1; i < line.length; i++) {
      const [a, b] = [line[i - 1]!, line[i]!];
      if (!overlap(boxAround([a, b], (point) => point), wide)) run = null;
      else if (run !== null) run.push(b);
      else runs.push((run = [a, b]));
    }
  }
  return runs;
}

/** Lines as chains of vertices, those of the units where there are any. */
export function chainsOf(draft: Draft, units: readonly Unit[], lines: readonly Line[]): number[][] {
  const known = new Map<string, number>();
  const position: Position = (vertex) => draft.position(vertex);
  for (const unit of units) for (const each of edgesOf(draft.get(unit.id)!)) known.set(keyOf(position(startOf(each))), startOf(each));
  const vertexOf = (point: Point): number => {
    const found = known.get(keyOf(point)) ?? draft.addPoint(point);
    known.set(keyOf(point), found);
    return found;
  };
  return lines.map((line) => line.map(vertexOf));
}

export function edgesOfChains(chains: readonly (readonly number[])[]): Set<number> {
  return new Set(chains.flatMap((chain) => chain.slice(1).map((to, i) => edge(chain[i]!, to))));
}

/** Refuses lines that the server would still node, at the level worked on or at the lowest. */
export function requireRest(draft: Draft, lines: readonly Line[], ...levels: readonly (readonly Unit[])[]): void {
  for (const units of levels) requireRestAgainst(draft, lines, units.flatMap(({ id }) => edgesOf(draft.get(id)!)));
}

export function requireRestAgainst(draft: Draft, lines: readonly Line[], edges: readonly number[]): void {
  const place = restless(lines, segmentsNear(edges, lines, (vertex) => draft.position(vertex)));
  if (place !== null) refuse("cut_not_settled", [], place);
}

/** The runs of chains along some edges, as points. */
export function runsAlong(draft: Draft, chains: readonly (readonly number[])[], keep: (key: number) => boolean): Point[][] {
  const runs: Point[][] = [];
  for (const chain of chains) {
    let run: Point[] | null = null;
    for (let i = 1; i < chain.length; i++) {
      const [a, b] = [chain[i - 1]!, chain[i]!];
      if (!keep(edge(a, b))) run = null;
      else if (run !== null) run.push(draft.position(b));
      else runs.push((run = [draft.position(a), draft.position(b)]));
    }
  }
  return runs;
}

/** The nodes at some places; edges without any are left out. */
export function entriesAt(entries: readonly Entry[], places: Iterable<Point>): Entry[] {
  const keys = new Set(Array.from(places, keyOf));
  const kept = entries.map((entry) => ({ ...entry, at: entry.at.filter((point) => keys.has(keyOf(point))) }));
  return kept.filter(({ at }) => at.length > 0);
}

/** The ends of some edges. */
export function endsOf(edges: Iterable<number>, position: Position): Point[] {
  return Array.from(edges, (each) => [position(startOf(each)), position(endOf(each))]).flat();
}
