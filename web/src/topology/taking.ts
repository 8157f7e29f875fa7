/** Land drawn as a polygon and taken from its owners: given to another unit, or made a unit of its own. */
import { cut, type Piece } from "./cutting";
import { boxOfLines, chainsOf, segmentsNear, edgesOfChains, endsOf, entriesAt, lowestOf, requireLine, requireRest, type Line } from "./drawing";
import { edgesOf, edgesOfParts, outlineOf, turned } from "./edges";
import { meets, same, turnsLeft } from "./exact";
import { boxAround, overlap, type Draft, type Land } from "./land";
import { settledUnit } from "./levels";
import { putNodes } from "./nodes";
import { distinct, type Entry, type Segment } from "./noding";
import { lattice, nodesMember, polygon } from "./positions";
import { refuse } from "./refusals";
import { isMiddleInside, partsOf, type Position } from "./rings";
import { settled } from "./settling";
import { Sorted } from "./sorted";
import type { Part, Point, Unit } from "./types";

type Edges = ReadonlySet<number>;
type Chains = readonly (readonly number[])[];

/** What a polygon takes: the land, and what is left of each owner. */
export interface Taken {
  readonly land: readonly Part[];
  readonly left: ReadonlyMap<string, readonly Part[]>;
}

/** The members of a command that takes the land of some units in a ring: the land itself, to the unit, and its nodes. */
export function plannedTaking(land: Land, points: readonly Point[], owners: readonly Unit[]): { piece: object; nodes?: object } {
  const ring = drawnRing(points);
  const near = owners.filter((unit) => overlap(land.boxOf(unit), boxOfLines([ring])));
  if (near.length === 0) refuse("nothing_to_take", [], ring[0]);
  const lowest = lowestOf(land, near);
  const noded = settled([ring], segmentsNear(lowest.flatMap(edgesOf), [ring], (vertex) => land.position(vertex)));
  if (noded.lines.length === 0) refuse("nothing_to_take", [], ring[0]);
  const { draft, taken, entries } = trimmed(land, near, noded.lines, noded.entries);
  const piece = polygon(taken.land.map((part) => part.map((each) => each.map((vertex) => draft.position(vertex)))));
  return { piece, ...nodesMember(entries) };
}

/** The land in the rings, worked out anew without nodes and edges that part no land in them from land outside. */
function trimmed(land: Land, near: readonly Unit[], lines: readonly Line[], entries: readonly Entry[]) {
  const all = attempted(land, near, lines, entries);
  const position: Position = (vertex) => all.draft.position(vertex);
  const outline = outlineOf(edgesOfParts(all.taken.land));
  const parting = [...all.dividing].filter((each) => outline.has(each) || outline.has(turned(each)));
  const segments = parting.map((each) => endsOf([each], position));
  return attempted(land, near, segments, entriesAt(entries, segments.flat()), lines);
}

function attempted(land: Land, near: readonly Unit[], lines: readonly Line[], entries: readonly Entry[], around = lines) {
  const draft = land.draft();
  putNodes(draft, entries);
  const drawn = edgesOfChains(chainsOf(draft, lowestOf(land, near), lines));
  const made = cut(near.map(({ id }) => draft.get(id)!), drawn, (vertex) => draft.position(vertex));
  const taken = takenOf(draft, made.pieces, drawn, chainsOf(draft, lowestOf(land, near), around));
  return { draft, taken, entries, dividing: made.dividing };
}

/** Carries the taking out: the nodes are put and the land in the rings is cut off. */
export function take(draft: Draft, near: readonly Unit[], besides: readonly Unit[], rings: readonly Line[], entries: readonly Entry[]): Taken {
  putNodes(draft, entries);
  const lowest = lowestOf(draft.base, [...near, ...besides]);
  requireRest(draft, rings, lowest, near);
  const chains = chainsOf(draft, lowest, rings);
  const drawn = edgesOfChains(chains);
  const made = cut(near.map(({ id }) => draft.get(id)!), drawn, (vertex) => draft.position(vertex));
  const taken = takenOf(draft, made.pieces, drawn, chains);
  for (const id of taken.left.keys()) settledUnit(draft.base, id);
  return taken;
}

function takenOf(draft: Draft, pieces: readonly Piece[], drawn: ReadonlySet<number>, rings: Chains): Taken {
  const position: Position = (vertex) => draft.position(vertex);
  const parting = new Set([...drawn].filter((each) => !drawn.has(turned(each))));
  const inside = new Set(pieces.filter((piece) => isTaken(piece, parting, drawn, rings, position)));
  if (inside.size === 0) refuse("nothing_to_take", [], position(rings[0]![0]!));
  const union = (some: readonly Piece[]): Part[] => partsOf(outlineOf(some.flatMap((piece) => piece.edges)), position);
  const losers = new Set([...inside].map((piece) => piece.face));
  const left = [...losers].map((id) => [id, union(pieces.filter((piece) => piece.face === id && !inside.has(piece)))] as const);
  return { land: union([...inside]), left: new Map(left) };
}

/** Whether a piece lies in the rings: one with an edge of theirs does, or does not; of others the rings run around some. */
function isTaken(piece: Piece, parting: Edges, drawn: Edges, rings: Chains, position: Position): boolean {
  const [inside, outside] = [piece.edges.find((each) => parting.has(each)), piece.edges.some((each) => parting.has(turned(each)))];
  if (inside !== undefined && outside) refuse("cut_not_settled", [piece.face], endsOf([inside], position)[0]!);
  if (inside !== undefined || outside) return inside !== undefined;
  const free = piece.edges.find((each) => !drawn.has(each) && !drawn.has(turned(each)));
  return free !== undefined && isMiddleInside(free, rings.map((ring) => ring.slice(1)), position);
}

/** A drawn ring, its first vertex repeated, with its inside on the left. */
function drawnRing(points: readonly Point[]): Line {
  const drawn = distinct(points.map(lattice));
  const open = drawn.length > 1 && same(drawn[0]!, drawn[drawn.length - 1]!) ? drawn.slice(0, -1) : drawn;
  if (open.length < 3) refuse("not_a_polygon", [], open[0] ?? null);
  requireLine(open);
  const ring = [...open, open[0]!];
  requireSimple(ring);
  return turnsLeft(open) ? ring : [...ring].reverse();
}

function requireSimple(ring: Line): void {
  const steps = ring.slice(1).map((point, i): Segment => [ring[i]!, point]);
  const sorted = new Sorted(steps, (step) => boxAround(step, (point) => point));
  for (const [a, b] of steps) {
    const others = sorted.near(boxAround([a, b], (point) => point)).filter(([c]) => c !== a);
    if (others.some(([c, d]) => meets(a, b, c, d) || same(a, c))) refuse("invalid_polygon", [], a);
  }
}

/** Ids of units of which nothing would be left. */
export function usedUp(taken: Taken): string[] {
  return [...taken.left].filter(([, left]) => left.length === 0).map(([id]) => id);
}

/** Whether every part of some land shares an edge with a unit. */
export function strangers(taken: Taken, heir: Unit): readonly Part[] {
  const own = new Set(edgesOf(heir));
  return taken.land.filter((part) => !edgesOfParts([part]).some((each) => own.has(turned(each))));
}
