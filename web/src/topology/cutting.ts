/** Faces cut along lines that meet their edges at common vertices alone. */
import { edgesOf, edgesOfParts, endOf, startOf, turned } from "./edges";
import { isMiddleInside, partsOf, walks, type Position } from "./rings";
import type { Part, Unit } from "./types";

/** Polygons that lines leave of faces. */
export interface Piece {
  readonly face: string;
  readonly part: Part;
  readonly edges: readonly number[];
}

export interface Cut {
  readonly pieces: readonly Piece[];
  /** Edges of the lines with different pieces on their two sides, in the direction they were drawn. */
  readonly dividing: ReadonlySet<number>;
  /** An edge of a line that ends inside a face. */
  readonly loose: number | null;
}

export function cut(faces: readonly Unit[], drawn: ReadonlySet<number>, position: Position): Cut {
  const [pieces, dividing] = [[] as Piece[], new Set<number>()];
  let loose: number | null = null;
  for (const face of faces) {
    const own = new Set(edgesOf(face));
    const found = dividingEdges(own, edgesInside(face.parts, own, drawn, position), position);
    loose ??= found.loose;
    for (const each of found.edges) dividing.add(each);
    for (const part of piecesOf(own, found.edges, position)) pieces.push({ face: face.id, part, edges: edgesOfParts([part]) });
  }
  return { pieces, dividing, loose };
}

/** Edges of lines in the interior of polygons: if the middle of one is, the whole edge is. */
export function edgesInside(parts: readonly Part[], own: ReadonlySet<number>, drawn: Iterable<number>, position: Position): number[] {
  const others = [...drawn].filter((each) => !own.has(each) && !own.has(turned(each)));
  return others.filter((each) => parts.some((part) => isMiddleInside(each, part, position)));
}

interface Dividing {
  readonly edges: number[];
  readonly loose: number | null;
}

/** Of edges inside a face, those that divide it, and one that leads to an end, if any does. */
export function dividingEdges(own: ReadonlySet<number>, inside: readonly number[], position: Position): Dividing {
  const held = withoutLoose(own, inside);
  const sides = sidesOf(own, held, position);
  const edges = held.filter((each) => sides.get(each) !== sides.get(turned(each)));
  const kept = new Set(held);
  return { edges, loose: inside.find((each) => !kept.has(each) && !kept.has(turned(each))) ?? null };
}

/** Edges without those that lead to an end, one after the other. */
function withoutLoose(own: ReadonlySet<number>, inside: readonly number[]): number[] {
  const beside = new Map<number, Set<number>>();
  for (const each of [...own, ...inside]) {
    for (const [from, to] of [[startOf(each), endOf(each)] as const, [endOf(each), startOf(each)] as const]) {
      beside.set(from, (beside.get(from) ?? new Set<number>()).add(to));
    }
  }
  const ends = [...beside.keys()].filter((vertex) => beside.get(vertex)!.size === 1);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    for (const other of beside.get(end)!) {
      beside.get(other)!.delete(end);
      if (beside.get(other)!.size === 1) ends.push(other);
    }
    beside.get(end)!.clear();
  }
  return inside.filter((each) => beside.get(startOf(each))!.has(endOf(each)));
}

/** For each direction of each edge the walk that it is part of. */
function sidesOf(own: ReadonlySet<number>, inside: readonly number[], position: Position): Map<number, number> {
  const found = walks(new Set([...own, ...inside, ...inside.map(turned)]), position);
  return new Map(found.flatMap((way, k) => way.map((each) => [each, k] as const)));
}

/** Polygons that dividing edges leave of a face. */
export function piecesOf(own: ReadonlySet<number>, dividing: readonly number[], position: Position): Part[] {
  return partsOf(new Set([...own, ...dividing, ...dividing.map(turned)]), position);
}

