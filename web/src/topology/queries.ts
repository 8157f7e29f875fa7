/** What lies where: questions to a coverage. */
import { between, edge, edgesOf, endOf, startOf, turned } from "./edges";
import { distance, distanceTo } from "./exact";
import { landOf, widened, type Land } from "./land";
import { footOn } from "./reach";
import { isInside } from "./rings";
import type { Box, Coverage, Level, Point, Unit } from "./types";
import { nearestLowestEdge } from "./vertices";

/** The unit of a level that has a point, neighbours included; on a border the first by id of those beside it, or one of them. */
export function unitAt(c: Coverage, p: Point, level: Level): string | null {
  const land = landOf(c);
  const around = land.near([...p, ...p]).filter((unit) => unit.level === level && holds(land, unit, p));
  return around.map(({ id }) => id).sort()[0] ?? null;
}

function holds(land: Land, unit: Unit, p: Point): boolean {
  return unit.parts.some((part) => isInside(p, part, (vertex) => land.position(vertex)));
}

/** Vertices within reach, the nearest first. */
export function verticesNear(c: Coverage, p: Point, reach: number): number[] {
  const land = landOf(c);
  const found = new Set<number>();
  for (const unit of land.near(widened([...p, ...p], reach)).filter((each) => each.locked || land.isLowest(each))) {
    const near = unit.parts.flat(2).filter((vertex) => distance(land.position(vertex), p) <= reach);
    for (const vertex of near) found.add(vertex);
  }
  const away = (vertex: number): number => distance(land.position(vertex), p);
  return [...found].sort((a, b) => away(a) - away(b) || a - b);
}

export interface EdgeNear {
  readonly a: number;
  readonly b: number;
  /** The lattice point nearest to the edge's nearest point. */
  readonly point: Point;
  /** Units. */
  readonly distance: number;
}

/** The nearest edge of the units that can be edited. */
export function edgeNear(c: Coverage, p: Point, reach: number): EdgeNear | null {
  const land = landOf(c);
  const found = nearestLowestEdge(land, p, reach);
  if (found === null) return null;
  const [a, b] = found;
  return { a, b, point: footOn(land, edge(a, b), p), distance: distanceTo(p, land.position(a), land.position(b)) };
}

/** Ids of the units on all levels that have a vertex. */
export function unitsOfVertex(c: Coverage, vertex: number): string[] {
  return landOf(c).having(vertex).map(({ id }) => id);
}

/** Ids of the units of the same level that share an edge with a unit. */
export function neighbours(c: Coverage, id: string): string[] {
  const land = landOf(c);
  const unit = land.units.get(id);
  if (unit === undefined) return [];
  const own = new Set(edgesOf(unit));
  const beside = new Set([...own].flatMap((each) => land.having(startOf(each))));
  const others = [...beside].filter((other) => other.level === unit.level && other !== unit);
  return others.filter((other) => edgesOf(other).some((each) => own.has(turned(each)))).map((other) => other.id).sort();
}

/** Edges between two units as pairs of vertices, the first unit on the left. */
export function sharedBorder(c: Coverage, a: string, b: string): (readonly [number, number])[] {
  const [first, second] = [c.units.get(a), c.units.get(b)];
  if (first === undefined || second === undefined) return [];
  return between(first, second).map((each) => [startOf(each), endOf(each)] as const);
}

/** Ids of the units one level down, ascending. */
export function childrenOf(c: Coverage, id: string): readonly string[] {
  return landOf(c).children(id);
}

/** The box around a unit. */
export function bounds(c: Coverage, id: string): Box {
  const unit = c.units.get(id);
  return unit === undefined ? [Infinity, Infinity, -Infinity, -Infinity] : landOf(c).boxOf(unit);
}

/** Ids of the units of a level whose boxes meet a box, neighbours included. */
export function unitsInBox(c: Coverage, box: Box, level: Level): string[] {
  return landOf(c).near(box).filter((unit) => unit.level === level).map(({ id }) => id).sort();
}
