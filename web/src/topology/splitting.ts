/** A unit split along lines. */
import { cut, type Cut } from "./cutting";
import { boxOfLines, chainsOf, segmentsNear, edgesOfChains, endsOf, entriesAt, lowestOf, requireLine, requireRest, runsAlong, runsNear, type Line } from "./drawing";
import { edgesOf, edgesOfParts, outlineOf, startOf, turned } from "./edges";
import { newId } from "./ids";
import { landOf, overlap, type Draft, type Land } from "./land";
import { divided, done, place, settledUnit } from "./levels";
import { areaOfParts, sharedOut } from "./measures";
import { putNodes } from "./nodes";
import { distinct } from "./noding";
import { lattice, linesOf, lineString, nodesMember, nodesOf, textOf } from "./positions";
import { outcome, refuse } from "./refusals";
import { partsOf } from "./rings";
import { settled } from "./settling";
import { bySize } from "./sizes";
import type { Command, Coverage, Done, Outcome, Part, Point, Unit } from "./types";

/** Splits a unit along a line that may cross it several times, run through its holes, begin and end outside. */
export function split(c: Coverage, unit: string, line: readonly Point[], position: number): Outcome {
  return outcome(() => {
    const land = landOf(c);
    return performSplit(land, planned(land, settledUnit(land, unit), distinct(line.map(lattice))), position);
  });
}

/** The command: of the line what divides the unit or runs along its border, and the nodes that this needs. */
function planned(land: Land, unit: Unit, line: Line): Command {
  requireLine(line);
  if (!overlap(boxOfLines([line]), land.boxOf(unit))) refuse("line_does_not_divide", [unit.id], line[0]);
  const runs = runsNear([line], land.boxOf(unit));
  const lowest = lowestOf(land, [unit]);
  const noded = settled(runs, segmentsNear(lowest.flatMap(edgesOf), runs, (vertex) => land.position(vertex)));
  const draft = land.draft();
  putNodes(draft, noded.entries);
  const chains = chainsOf(draft, lowest, noded.lines);
  const made = dividedBy(draft, unit, chains);
  const entries = entriesAt(noded.entries, endsOf(made.dividing, (vertex) => draft.position(vertex)));
  const kept = new Set([...made.dividing, ...edgesOf(unit)]);
  const lines = runsAlong(draft, chains, (key) => kept.has(key) || kept.has(turned(key)));
  return { op: "split", unit: unit.id, lines: lineString(lines), ...nodesMember(entries) };
}

function dividedBy(draft: Draft, unit: Unit, chains: readonly (readonly number[])[]): Cut {
  const position = (vertex: number): Point => draft.position(vertex);
  const made = cut([draft.get(unit.id)!], edgesOfChains(chains), position);
  if (made.loose !== null) refuse("line_ends_inside", [unit.id], position(startOf(turned(made.loose))));
  if (made.dividing.size === 0) refuse("line_does_not_divide", [unit.id], null);
  return made;
}

/** Carries the command out as the server does. */
export function performSplit(land: Land, command: Command, position: number): Done {
  const unit = settledUnit(land, textOf(command, "unit"));
  divided(land, unit.parent!);
  const lines = linesOf(command["lines"]);
  const draft = land.draft();
  putNodes(draft, nodesOf(command));
  const lowest = lowestOf(land, [unit]);
  requireRest(draft, lines, lowest, [unit]);
  const chains = chainsOf(draft, lowest, lines);
  const pieces = grown(draft, dividedBy(draft, unit, chains), edgesOfChains(chains));
  if (pieces.length < 2) refuse("line_does_not_divide", [unit.id], lines[0]![0]);
  const units = piecesAsUnits(draft, unit, pieces, idsOf(unit, command, pieces.length, position));
  place(draft, [unit], units);
  return done(draft, command, units[0]!.id);
}

/** Pieces by size; parts that no line meets go to the largest of the others. */
function grown(draft: Draft, made: Cut, drawn: ReadonlySet<number>): (readonly Part[])[] {
  const position = (vertex: number): Point => draft.position(vertex);
  const isMet = (edges: readonly number[]): boolean => edges.some((each) => drawn.has(each) || drawn.has(turned(each)));
  const met = bySize(made.pieces.filter((piece) => isMet(piece.edges)).map((piece) => [piece.part]), position);
  const others = made.pieces.filter((piece) => !isMet(piece.edges)).map((piece) => piece.part);
  const [largest, ...rest] = met;
  if (largest === undefined || others.length === 0) return met;
  const edges = edgesOfParts([...largest, ...others]);
  return bySize([partsOf(outlineOf(edges), position), ...rest], position);
}

/** The largest piece keeps the id, unless told otherwise. */
function idsOf(unit: Unit, command: Command, count: number, position: number): string[] {
  const made = Array.from({ length: count }, (_, i) => newId(unit.parent!, position, i + 1));
  return command["keep"] === false ? made : [unit.id, ...made.slice(0, -1)];
}

function piecesAsUnits(draft: Draft, unit: Unit, pieces: readonly (readonly Part[])[], ids: readonly string[]): Unit[] {
  const areas = pieces.map((parts) => areaOfParts(parts, (vertex) => draft.position(vertex)));
  const share = (count: number | null): (number | null)[] => (count === null ? pieces.map(() => null) : sharedOut(count, areas));
  const [households, population] = [share(unit.households), share(unit.population)];
  return pieces.map((parts, i) => ({
    ...unit,
    id: ids[i]!,
    parts,
    households: households[i]!,
    population: population[i]!,
    estimated: true,
    openIncidents: null,
  }));
}
