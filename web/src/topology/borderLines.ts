/** A drawn line made a command that moves a border: its ends put on the border, the rest noded with what stays. */
import { borderOf, redrawn, replaced, performMoveBorder, type Pair } from "./borders";
import { endsOf, entriesAt, lowestOf, requireLine, segmentsNear, type Line } from "./drawing";
import { edgesOf, edgesOfParts, endOf, startOf, turned } from "./edges";
import { distance, same } from "./exact";
import { landOf, type Land } from "./land";
import { parentOfAll, settledUnit } from "./levels";
import { putNodes } from "./nodes";
import { distinct, type Entry, type Segment } from "./noding";
import { lattice, lineString, nodesMember } from "./positions";
import { nearestOn } from "./reach";
import { outcome, refuse } from "./refusals";
import type { Position } from "./rings";
import { settled } from "./settling";
import type { Command, Coverage, Outcome, Point } from "./types";

/** Units, some 0.5 m: a line's end is moved onto the border from no farther away. */
const REACH = 45;

/** Puts a line in place of the stretch of the border between its ends; on a ring, of the stretch nearer to it. */
export function moveBorder(c: Coverage, a: string, b: string, line: readonly Point[], position: number): Outcome {
  return outcome(() => {
    const land = landOf(c);
    const pair = [settledUnit(land, a), settledUnit(land, b)] as const;
    return performMoveBorder(land, planned(land, pair, distinct(line.map(lattice))), position);
  });
}

function planned(land: Land, pair: Pair, line: Line): Command {
  parentOfAll(land, pair);
  requireLine(line);
  const [ends, entries] = endsOnBorder(land, borderOf(pair), line);
  const drawn = requireTwoEnds([ends[0], ...line.slice(1, -1), ends[1]]);
  const paths = edgesThatStay(land, pair, drawn, entries).map((segment) => withEntry(segment, entries));
  const noded = settled([drawn], paths);
  if (noded.lines.length === 0) refuse("zero_length_line", [], drawn[0]!);
  const draft = land.draft();
  const made = redrawn(draft, pair, noded.lines[0]!, noded.entries);
  const there = endsOf(edgesOfParts(made.flat()), (vertex) => draft.position(vertex));
  const units = pair.map(({ id }) => id);
  return { op: "move_border", units, line: lineString(noded.lines), ...nodesMember(entriesAt(noded.entries, there)) };
}

/** The line's ends on the border, at a vertex if one is in reach, and the nodes of those between two. */
function endsOnBorder(land: Land, border: readonly number[], line: Line): readonly [readonly [Point, Point], Entry[]] {
  const found = [line[0]!, line[line.length - 1]!].map((end) => nearestOn(land, border, end, REACH) ?? refuse("ends_off_border", [], end));
  const entries = new Map<number, Entry>();
  for (const { edge, point } of found.filter((each) => each.edge !== null)) {
    const [a, b] = [land.position(startOf(edge!)), land.position(endOf(edge!))];
    const at = [...(entries.get(edge!)?.at ?? []), point].sort((p, q) => distance(p, a) - distance(q, a));
    entries.set(edge!, { edge: [a, b], at: distinct(at) });
  }
  return [[found[0]!.point, found[1]!.point], [...entries.values()]];
}

function requireTwoEnds(line: readonly Point[]): Line {
  const drawn = distinct(line);
  if (drawn.length < 2 || same(drawn[0]!, drawn[drawn.length - 1]!)) refuse("zero_length_line", [], drawn[0]!);
  return drawn;
}

/** Edges with which the line has to be noded: not those that it replaces, unless units below have them too. */
function edgesThatStay(land: Land, pair: Pair, line: Line, entries: readonly Entry[]): Segment[] {
  const position: Position = (vertex) => land.position(vertex);
  if (!pair.every((unit) => land.isLowest(unit))) return segmentsNear(lowestOf(land, pair).flatMap(edgesOf), [line], position);
  const draft = land.draft();
  putNodes(draft, entries);
  const gone = replaced(draft, pair, line);
  return segmentsNear(pair.flatMap(edgesOf).filter((each) => !gone.has(each) && !gone.has(turned(each))), [line], position);
}

function withEntry([a, b]: Segment, entries: readonly Entry[]): readonly Point[] {
  for (const { edge, at } of entries) {
    if (same(edge[0], a) && same(edge[1], b)) return [a, ...at, b];
    if (same(edge[0], b) && same(edge[1], a)) return [a, ...[...at].reverse(), b];
  }
  return [a, b];
}
