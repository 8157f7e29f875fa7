/** The border between two units drawn anew between two of its points: their land changes hands, that of all others stays. */
import { dividingEdges, edgesInside, piecesOf } from "./cutting";
import { chainsOf, edgesOfChains, lowestOf, requireRest, requireRestAgainst, type Line } from "./drawing";
import { between, edgesOf, edgesOfParts, once, outlineOf, startOf, turned } from "./edges";
import type { Draft, Land } from "./land";
import { done, parentOfAll, place, settledUnit } from "./levels";
import { areaOfParts, sharedOut } from "./measures";
import { putNodes } from "./nodes";
import type { Entry } from "./noding";
import { linesOf, nodesOf } from "./positions";
import { refuse } from "./refusals";
import { partsOf, type Position } from "./rings";
import { stretch } from "./stretches";
import type { Command, Done, Part, Unit } from "./types";

export type Pair = readonly [Unit, Unit];
/** The land of each of two units. */
type Halves = readonly [readonly Part[], readonly Part[]];

export function borderOf([first, second]: Pair): number[] {
  const border = first.id === second.id ? [] : between(first, second);
  return border.length > 0 ? border : refuse("not_adjacent", [first.id, second.id]);
}

/** Edges of the border from the line's first point to its last, in the direction in which the first unit has them. */
export function replaced(draft: Draft, pair: Pair, line: Line): Set<number> {
  const [first, second] = pair.map(({ id }) => draft.get(id)!);
  const [start, end] = chainsOf(draft, [first!, second!], [[line[0]!, line[line.length - 1]!]])[0]!;
  return stretch(between(first!, second!), start!, end!, line, (vertex) => draft.position(vertex));
}

/** Carries the command out as the server does. */
export function performMoveBorder(land: Land, command: Command, _position: number): Done {
  const units = command["units"];
  if (!Array.isArray(units) || units.length !== 2) return refuse("bad_command");
  const pair = [settledUnit(land, units[0] as string), settledUnit(land, units[1] as string)] as const;
  parentOfAll(land, pair);
  borderOf(pair);
  const [line, ...others] = linesOf(command["line"]);
  if (line === undefined || others.length > 0) return refuse("bad_command");
  const draft = land.draft();
  const parts = redrawn(draft, pair, line, nodesOf(command));
  place(draft, pair, recounted(draft, pair, parts));
  return done(draft, command, pair[0].id);
}

/** The land of the two units with the line as their border. */
export function redrawn(draft: Draft, pair: Pair, line: Line, entries: readonly Entry[]): Halves {
  putNodes(draft, entries);
  const position: Position = (vertex) => draft.position(vertex);
  requireRestWhereNotReplaced(draft, pair, line);
  const [first, second] = pair.map(({ id }) => new Set(edgesOf(draft.get(id)!))) as [Set<number>, Set<number>];
  const gone = replaced(draft, pair, line);
  const drawn = edgesOfChains(chainsOf(draft, pair, [line]));
  const onEdge = [...drawn].filter((each) => [each, turned(each)].some((key) => first.has(key) || second.has(key)));
  const outline = outlineOf([...first, ...second]);
  const inside = edgesInside(partsOf(outline, position), outline, drawn, position);
  requireWithin(drawn, [...inside, ...onEdge], position);
  const kept = [...first].filter((each) => second.has(turned(each)) && !gone.has(each) && !gone.has(turned(each)));
  const taken = new Set([...gone, ...onEdge].flatMap((each) => [each, turned(each)]));
  const left = [first, second].map((own) => new Set([...own].filter((each) => !taken.has(each))));
  const inner = once([...kept, ...inside, ...onEdge]).filter((each) => !outline.has(each) && !outline.has(turned(each)));
  const pieces = piecesOf(outline, dividingEdges(outline, inner, position).edges, position);
  return sharedBetween(pieces, left, pair, position);
}

/** The line has to be at rest against what stays: of units without lower ones, the stretch that it replaces does not. */
function requireRestWhereNotReplaced(draft: Draft, pair: Pair, line: Line): void {
  if (!pair.every((unit) => draft.base.isLowest(unit))) return requireRest(draft, [line], lowestOf(draft.base, pair), pair);
  const gone = replaced(draft, pair, line);
  const own = pair.flatMap(({ id }) => edgesOf(draft.get(id)!));
  requireRestAgainst(draft, [line], own.filter((each) => !gone.has(each) && !gone.has(turned(each))));
}

function requireWithin(drawn: ReadonlySet<number>, within: readonly number[], position: Position): void {
  const held = new Set(within);
  const beyond = [...drawn].find((each) => !held.has(each));
  if (beyond !== undefined) refuse("line_leaves_faces", [], position(startOf(beyond)));
}

/** Every piece goes to the unit whose edges it still has. */
function sharedBetween(pieces: readonly Part[], left: readonly Set<number>[], pair: Pair, position: Position): Halves {
  const given = pieces.map((part) => left.map((own) => edgesOfParts([part]).some((each) => own.has(each))));
  const unclear = given.findIndex(([one, other]) => one === other);
  if (unclear >= 0) refuse("border_ambiguous", pair.map(({ id }) => id), position(pieces[unclear]![0]![0]!));
  const of = (k: 0 | 1): Part[] => {
    const own = pieces.filter((_, i) => given[i]![k]);
    return own.length > 0 ? partsOf(outlineOf(edgesOfParts(own)), position) : refuse("face_used_up", [pair[k].id]);
  };
  return [of(0), of(1)];
}

/** Households go with the land that the one gains and the other loses on the whole. */
function recounted(draft: Draft, pair: Pair, parts: Halves): Unit[] {
  const position: Position = (vertex) => draft.position(vertex);
  const [was, is] = [areaOfParts(pair[0].parts, position), areaOfParts(parts[0], position)];
  const [giver, moved] = is < was ? [0, was - is] : [1, is - was];
  const units = pair.map((unit, k) => ({ ...unit, parts: parts[k]!, estimated: true }));
  const left = areaOfParts(parts[giver]!, position);
  for (const each of ["households", "population"] as const) {
    const [from, to] = [units[giver]![each], units[1 - giver]![each]];
    const [stay, go] = from === null || to === null ? [null, null] : sharedOut(from, [left, moved]);
    units[giver]![each] = stay ?? null;
    units[1 - giver]![each] = go == null ? null : to! + go;
  }
  return units;
}
