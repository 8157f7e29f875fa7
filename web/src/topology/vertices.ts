/** Single vertices moved, put on edges and taken away; every unit on every level that has the vertex follows. */
import { edge } from "./edges";
import { distance, same } from "./exact";
import { boxAround, landOf, overlap, widened, type Land } from "./land";
import { done, parentOfLowest } from "./levels";
import { isEditableLowest, putNodes, vertexAt } from "./nodes";
import { VERTEX_REACH } from "./noding";
import { lattice, nodesMember, nodesOf, positionOf, toDegrees } from "./positions";
import { footOn, nearestEdge } from "./reach";
import { outcome, refuse } from "./refusals";
import { requireSound } from "./soundness";
import type { Command, Coverage, Done, Outcome, Part, Point, Unit } from "./types";

/** Whether a vertex belongs to the outline of the opened place or to a neighbour, and so stays where it is. */
export function isLocked(c: Coverage, vertex: number): boolean {
  const land = landOf(c);
  const units = land.having(vertex);
  return units.some((unit) => unit.locked || unit.id === land.scope) || !units.some((unit) => isEditableLowest(land, unit));
}

export function moveVertex(c: Coverage, vertex: number, to: Point, _position: number): Outcome {
  return outcome(() => {
    const land = landOf(c);
    const owners = ownersOf(land, vertex);
    const [at, place] = [land.position(vertex), lattice(to)];
    const command = { op: "move_vertex", parent: parentOfLowest(land, owners), at: toDegrees(at), to: toDegrees(place) };
    return moved(land, vertex, place, owners, command);
  });
}

export function performMoveVertex(land: Land, command: Command): Done {
  const at = positionOf(command["at"]);
  const vertex = vertexAt(land, at) ?? refuse("no_vertex", [], at);
  return moved(land, vertex, positionOf(command["to"]), ownersOf(land, vertex), command);
}

function moved(land: Land, vertex: number, to: Point, owners: readonly Unit[], command: Command): Done {
  const from = land.position(vertex);
  const draft = land.draft();
  if (same(from, to)) return done(draft, command, null);
  for (const unit of owners) {
    if (unit.parts.flat(2).some((each) => same(land.position(each), to))) refuse("vertex_taken", [unit.id], to);
  }
  draft.move(vertex, to);
  for (const { id } of owners) requireSound(draft, draft.get(id)!, vertex, from);
  return done(draft, command, null);
}

/** The lowest units that have a vertex which can be moved. */
function ownersOf(land: Land, vertex: number): Unit[] {
  if (!land.knows(vertex)) return refuse("no_vertex");
  const owners = land.having(vertex).filter((unit) => land.isLowest(unit));
  if (isLocked(land, vertex)) refuse("on_outline", owners.map(({ id }) => id), land.position(vertex));
  return withoutPending(owners, land.position(vertex));
}

function withoutPending(owners: Unit[], at: Point): Unit[] {
  const pending = owners.filter((unit) => unit.pending);
  if (pending.length > 0) refuse("edit_conflict", pending.map(({ id }) => id), at);
  return owners;
}

/** Puts a vertex on the edge nearest to a place, at most `reach` units away. */
export function insertVertex(c: Coverage, at: Point, reach: number, _position: number): Outcome {
  return outcome(() => {
    const land = landOf(c);
    const place = lattice(at);
    const [a, b] = edgeInReach(land, place, reach);
    const point = footOn(land, edge(a, b), place);
    const ends = [land.position(a), land.position(b)] as const;
    if (ends.some((end) => distance(end, point) <= VERTEX_REACH)) refuse("vertex_taken", [], point);
    const parent = parentOfLowest(land, lowestWith(land, a, b));
    return performInsertVertex(land, { op: "insert_vertex", parent, at: toDegrees(point), ...nodesMember([{ edge: ends, at: [point] }]) });
  });
}

/** The edge of the lowest units nearest to a place. */
function edgeInReach(land: Land, place: Point, reach: number): readonly [number, number] {
  const found = nearestLowestEdge(land, place, reach);
  return found ?? refuse("no_edge", [], place);
}

export function nearestLowestEdge(land: Land, place: Point, reach: number): readonly [number, number] | null {
  const box = widened([...place, ...place], reach);
  const found = new Map<number, readonly [number, number]>();
  for (const unit of land.near(box).filter((each) => isEditableLowest(land, each))) {
    for (const ring of unit.parts.flat()) {
      ring.forEach((a, i) => {
        const b = ring[i + 1 === ring.length ? 0 : i + 1]!;
        if (overlap(boxAround([a, b], (vertex) => land.position(vertex)), box)) found.set(edge(Math.min(a, b), Math.max(a, b)), [a, b]);
      });
    }
  }
  const best = nearestEdge(land, [...found.keys()], place, reach);
  return best === null ? null : found.get(best)!;
}

/** The lowest units that have an edge, without the neighbours of the place. */
function lowestWith(land: Land, a: number, b: number): Unit[] {
  const ofB = new Set(land.having(b));
  const both = land.having(a).filter((unit) => ofB.has(unit) && isEditableLowest(land, unit));
  const owners = both.filter((unit) => unit.parts.some((part) => part.some((ring) => follow(ring, a, b) || follow(ring, b, a))));
  return withoutPending(owners, land.position(a));
}

function follow(ring: readonly number[], a: number, b: number): boolean {
  const at = ring.indexOf(a);
  return at >= 0 && ring[(at + 1) % ring.length] === b;
}

export function performInsertVertex(land: Land, command: Command): Done {
  const [entries, at] = [nodesOf(command), positionOf(command["at"])];
  if (!entries.some((entry) => entry.at.some((point) => same(point, at)))) refuse("bad_command", [], at);
  const draft = land.draft();
  putNodes(draft, entries);
  return done(draft, command, null);
}

/** Takes a vertex away where two edges meet; the border then runs straight past it. */
export function removeVertex(c: Coverage, vertex: number, _position: number): Outcome {
  return outcome(() => {
    const land = landOf(c);
    const owners = ownersOf(land, vertex);
    const command = { op: "remove_vertex", parent: parentOfLowest(land, owners), at: toDegrees(land.position(vertex)) };
    return removed(land, vertex, owners, command);
  });
}

export function performRemoveVertex(land: Land, command: Command): Done {
  const at = positionOf(command["at"]);
  const vertex = vertexAt(land, at) ?? refuse("no_vertex", [], at);
  return removed(land, vertex, ownersOf(land, vertex), command);
}

function removed(land: Land, vertex: number, owners: readonly Unit[], command: Command): Done {
  const at = land.position(vertex);
  if (besides(owners, vertex).size > 2) refuse("is_node", owners.map(({ id }) => id), at);
  const draft = land.draft();
  for (const unit of land.having(vertex)) draft.put({ ...unit, parts: without(unit, vertex, at) });
  for (const { id } of owners) requireSound(draft, draft.get(id)!, null, at, besides(owners, vertex));
  return done(draft, command, null);
}

/** The vertices that follow a vertex in the rings of some units, or come before it. */
function besides(units: readonly Unit[], vertex: number): Set<number> {
  const found = new Set<number>();
  for (const ring of units.flatMap((unit) => unit.parts.flat())) {
    const at = ring.indexOf(vertex);
    if (at >= 0) found.add(ring[(at + 1) % ring.length]!).add(ring[(at + ring.length - 1) % ring.length]!);
  }
  return found;
}

function without(unit: Unit, vertex: number, at: Point): Part[] {
  return unit.parts.map((part) =>
    part.map((ring) => {
      if (!ring.includes(vertex)) return ring;
      return ring.length > 3 ? ring.filter((each) => each !== vertex) : refuse("edit_breaks_coverage", [unit.id], at);
    }),
  );
}
