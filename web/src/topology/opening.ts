/** From the server's answer to a coverage, and back to the server's word after each save. */
import { Cells } from "./cells";
import { upwards } from "./ids";
import { boxAround, Land, landOf } from "./land";
import { keyOf } from "./noding";
import { Paged } from "./paged";
import { Slots, UnitTable } from "./unitTable";
import { isWhole } from "./wholeness";
import type { Box, Coverage, LandAnswer, LandUnit, Part, Point, Unit } from "./types";

/** The coverage of a place as the server tells it. */
export function open(answer: LandAnswer): Coverage {
  const points = pointsOf(answer);
  const units = answer.units.map((unit) => unitOf(unit, unit.rings));
  const box = boxAround(points, (point) => point);
  const slots = new Slots();
  for (const unit of units) slots.of(unit.id);
  const land = new Land({
    units: new UnitTable(slots, Paged.of(units), units.length),
    scope: answer.scope,
    box,
    synthetic: answer.synthetic,
    points: Paged.of(points),
    having: Paged.of(havingOf(units, points.length)),
    below: Paged.of(belowOf(units, slots)),
    cells: Cells.over(box, units.length),
  });
  return new Land({ ...land.content, cells: filled(land, box, units) });
}

function pointsOf({ vertices }: LandAnswer): Point[] {
  return Array.from({ length: vertices.length / 2 }, (_, i): Point => [vertices[2 * i]!, vertices[2 * i + 1]!]);
}

function unitOf({ rings: _, open_incidents, ...unit }: LandUnit, parts: readonly Part[]): Unit {
  return { ...unit, openIncidents: open_incidents, estimated: false, pending: false, parts };
}

function havingOf(units: readonly Unit[], vertices: number): number[][] {
  const having = Array.from({ length: vertices }, (): number[] => []);
  units.forEach((unit, slot) => {
    for (const vertex of unit.parts.flat(2)) {
      const slots = having[vertex]!;
      if (slots[slots.length - 1] !== slot) slots.push(slot);
    }
  });
  return having;
}

/** By slot of the parent, which may be a unit that was not told, the ids of its children. */
function belowOf(units: readonly Unit[], slots: Slots): (readonly string[])[] {
  const found: string[][] = [];
  for (const { id, parent } of units) if (parent !== null) (found[slots.of(parent)] ??= []).push(id);
  return Array.from(found, (ids) => (ids ?? []).sort());
}

function filled(land: Land, box: Box, units: readonly Unit[]): Cells {
  const cells = Cells.over(box, units.length).draft();
  units.forEach((unit, slot) => cells.replace(slot, null, land.boxOf(unit)));
  return cells.done();
}

/** Directed edges of a unit, in one order. */
function edgesByPlace(parts: readonly Part[], position: (vertex: number) => Point): string {
  const ringEdges = (ring: readonly string[]): string[] => ring.map((a, i) => `${a}>${ring[(i + 1) % ring.length]!}`);
  return parts.flat().flatMap((ring) => ringEdges(ring.map((vertex) => keyOf(position(vertex))))).sort().join(" ");
}

/**
 * Ids of the units whose directed edges are not those that the server tells, or that only one of the two has. Units below
 * one that is pending are not known on the page and not looked at. Of a box only the units that both have are: others may have come
 * into it, or have left it.
 */
export function agrees(c: Coverage, answer: LandAnswer): string[] {
  const [mine, points] = [landOf(c), pointsOf(answer)];
  const theirs = new Map(answer.units.map((unit) => [unit.id, unit]));
  const lacking = [...theirs.keys()].filter((id) => !mine.units.has(id) && !isBelowPending(mine, id));
  const own = [...mine.units.values()];
  const alone = [...lacking, ...own.filter(({ id }) => !theirs.has(id)).map(({ id }) => id)];
  const differing = own.filter((unit) => theirs.has(unit.id) && !isSameLand(mine, unit, theirs.get(unit.id)!.rings, points));
  return [...(alone.length > 0 && isWhole(mine, mine.units.get(mine.scope)!) ? alone : []), ...differing.map(({ id }) => id)].sort();
}

function isSameLand(mine: Land, unit: Unit, rings: readonly Part[], points: readonly Point[]): boolean {
  const count = (parts: readonly Part[]): number => parts.flat().reduce((sum, ring) => sum + ring.length, 0);
  if (count(unit.parts) !== count(rings)) return false;
  return edgesByPlace(unit.parts, (vertex) => mine.position(vertex)) === edgesByPlace(rings, (vertex) => points[vertex]!);
}

/** Whether the nearest unit above that the page knows is pending. */
function isBelowPending(mine: Land, id: string): boolean {
  const above = upwards(id).slice(1).find((each) => mine.units.has(each));
  return above !== undefined && mine.units.get(above)!.pending;
}

/** The coverage with the server's counts, and with its lower units below those that were pending. */
export function adopt(c: Coverage, answer: LandAnswer): Coverage {
  const land = landOf(c);
  const points = pointsOf(answer);
  const theirs = new Map(answer.units.map((unit) => [unit.id, unit]));
  const draft = land.draft();
  for (const unit of land.units.values()) {
    const told = theirs.get(unit.id);
    if (told === undefined || !isSameLand(land, unit, told.rings, points)) continue;
    if (unit.pending || !isSameLabel(unit, told)) draft.put({ ...unitOf(told, unit.parts), locked: unit.locked });
    if (unit.pending) enterBelow(draft, unit, answer, points);
  }
  return draft.touched.size > 0 ? draft.done() : c;
}

function isSameLabel(unit: Unit, told: LandUnit): boolean {
  const { rings: _, open_incidents, locked: __, ...labels } = told;
  const same = (Object.keys(labels) as (keyof typeof labels)[]).every((key) => unit[key] === labels[key]);
  return same && !unit.estimated && unit.openIncidents === open_incidents;
}

function enterBelow(draft: ReturnType<Land["draft"]>, unit: Unit, answer: LandAnswer, points: readonly Point[]): void {
  const lower = answer.units.filter((each) => upwards(each.id).slice(1).includes(unit.id));
  const known = new Map<number, number>();
  const at = new Map(unit.parts.flat(2).map((vertex) => [keyOf(draft.position(vertex)), vertex]));
  const vertexOf = (told: number): number => {
    const found = known.get(told) ?? at.get(keyOf(points[told]!)) ?? draft.addPoint(points[told]!);
    known.set(told, found);
    return found;
  };
  for (const each of lower) draft.put(unitOf(each, each.rings.map((part) => part.map((ring) => ring.map(vertexOf)))));
}
