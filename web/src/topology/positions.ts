/** Between lattice units and the degrees in which commands are written. */
import { turnsLeft } from "./exact";
import { distinct, type Entry } from "./noding";
import { refuse } from "./refusals";
import type { Command, Point } from "./types";

const UNITS_PER_DEGREE = 1e7;
const MOST_EAST = 180 * UNITS_PER_DEGREE;
const MOST_NORTH = 90 * UNITS_PER_DEGREE;

type Degrees = readonly [number, number];

export function toDegrees([x, y]: Point): Degrees {
  return [x / UNITS_PER_DEGREE, y / UNITS_PER_DEGREE];
}

/** Whole numbers within the world, as a pointer that leaves the map may give others. */
export function lattice([x, y]: Point): Point {
  const point: Point = [Math.round(x), Math.round(y)];
  if (!(Math.abs(point[0]) <= MOST_EAST && Math.abs(point[1]) <= MOST_NORTH)) refuse("outside_lonlat");
  return point;
}

/** A position of a command on the lattice. */
export function positionOf(value: unknown): Point {
  if (!Array.isArray(value) || typeof value[0] !== "number" || typeof value[1] !== "number") return refuse("bad_command");
  return lattice([value[0] * UNITS_PER_DEGREE, value[1] * UNITS_PER_DEGREE]);
}

function positionsOf(value: unknown): Point[] {
  return Array.isArray(value) ? value.map(positionOf) : refuse("bad_command");
}

interface Geometry {
  readonly type?: unknown;
  readonly coordinates?: unknown;
}

/** The lines of a LineString or MultiLineString; vertices that fall together are one. */
export function linesOf(value: unknown): Point[][] {
  const { type, coordinates } = (value ?? {}) as Geometry;
  if (type === "LineString") return [distinct(positionsOf(coordinates))];
  if (type !== "MultiLineString" || !Array.isArray(coordinates)) return refuse("bad_command");
  return coordinates.map((line) => distinct(positionsOf(line)));
}

/** The rings of a Polygon or MultiPolygon, its inside on the left of each. */
export function ringsOf(value: unknown): Point[][] {
  const { type, coordinates } = (value ?? {}) as Geometry;
  if (!Array.isArray(coordinates)) return refuse("bad_command");
  if (type === "MultiPolygon") return coordinates.flatMap((part) => ringsOf({ type: "Polygon", coordinates: part }));
  if (type !== "Polygon") return refuse("not_a_polygon");
  const rings = coordinates.map((ring) => distinct(positionsOf(ring)));
  return rings.map((ring, i) => (turnsLeft(ring.slice(1)) === (i === 0) ? ring : [...ring].reverse()));
}

export function lineString(lines: readonly (readonly Point[])[]): object {
  const coordinates = lines.map((line) => line.map(toDegrees));
  return coordinates.length === 1 ? { type: "LineString", coordinates: coordinates[0] } : { type: "MultiLineString", coordinates };
}

/** Rings part by part, the first not repeated. */
export function polygon(parts: readonly (readonly (readonly Point[])[])[]): object {
  const coordinates = parts.map((part) => part.map((ring) => [...ring, ring[0]!].map(toDegrees)));
  return coordinates.length === 1 ? { type: "Polygon", coordinates: coordinates[0] } : { type: "MultiPolygon", coordinates };
}

/** The member `nodes` of a command, left out where there are none. */
export function nodesMember(entries: readonly Entry[]): { nodes?: object } {
  const nodes = entries.map(({ edge, at }) => ({ edge: edge.map(toDegrees), at: at.map(toDegrees) }));
  return nodes.length > 0 ? { nodes } : {};
}

export function nodesOf(command: Command): Entry[] {
  const nodes = command["nodes"] ?? [];
  if (!Array.isArray(nodes)) return refuse("bad_command");
  return nodes.map((node: { edge?: unknown; at?: unknown }) => {
    const [a, b, ...others] = positionsOf(node.edge);
    if (a === undefined || b === undefined || others.length > 0) return refuse("bad_command");
    return { edge: [a, b], at: positionsOf(node.at) };
  });
}

export function textOf(command: Command, member: string): string {
  const value = command[member];
  return typeof value === "string" ? value : refuse("bad_command");
}
