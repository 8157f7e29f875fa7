/** Between degrees and lattice units: 1 unit is 1e-7 degree. Pure. */
import type { Geometry, Position } from "geojson";
import type { Lines } from "../api/layers";
import type { Point } from "../topology";
import type { Box } from "./address";
import type { Flight, ReferenceLine } from "./store";

const UNITS = 1e7;

export function toLattice(position: Position): Point {
  return [Math.round(position[0]! * UNITS), Math.round(position[1]! * UNITS)];
}

export function toDegrees([x, y]: Point): [number, number] {
  return [x / UNITS, y / UNITS];
}

/** A flight to a box in degrees. */
export function flightTo([west, south, east, north]: Box): Flight {
  return { kind: "box", box: [...toLattice([west, south]), ...toLattice([east, north])] };
}

export function latticeLines(lines: Lines): ReferenceLine[] {
  return lines.features.flatMap(({ geometry, properties }) => {
    const parts = geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates;
    return parts.map((part) => ({ kind: properties.kind, points: part.map(toLattice) }));
  });
}

/** West, south, east, north in lattice units of any geometry; null of an empty one. */
export function boxOf(geometry: Geometry): readonly [number, number, number, number] | null {
  const points = geometry.type === "GeometryCollection" ? [] : positions(geometry.coordinates).map(toLattice);
  if (points.length === 0) return null;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const least = (numbers: number[]): number => numbers.reduce((a, b) => Math.min(a, b));
  const most = (numbers: number[]): number => numbers.reduce((a, b) => Math.max(a, b));
  return [least(xs), least(ys), most(xs), most(ys)];
}

type Nested = Position | readonly Nested[];

function positions(coordinates: Nested): Position[] {
  if (typeof coordinates[0] === "number") return [coordinates as Position];
  return (coordinates as readonly Nested[]).flatMap(positions);
}
