/** A filing's frozen land as faces on the lattice, and what differs between its two sides. Pure. */
import type { FiledMap, FiledUnit } from "../../api/filings";
import { contains } from "../../model/geometry";
import type { Point } from "../../topology";
import { UNITS_PER_DEGREE, type LatticeBox } from "../editor/camera";
import { differenceBetween, type Difference, type Path } from "../editor/comparing";

export interface FiledFace {
  readonly code: string;
  readonly level: string;
  readonly name: string;
  readonly kind: string | null;
  /** Without the repetition of the first point. */
  readonly rings: readonly Path[];
}

const LEVELS = ["city", "county", "town", "village", "grid", "micro_grid"];
const LAND: readonly string[] = ["land", "new", "retired"];

interface Placed {
  readonly code: string;
  readonly level: string;
  readonly name: string;
  readonly kind: string | null;
}

/** Units with land of their own; those that only got nodes have none. */
export function facesOf(map: FiledMap): FiledFace[] {
  return map.features.flatMap(({ geometry, properties }) => (geometry === null ? [] : [faceOf(geometry, properties)]));
}

export function faceOf(geometry: NonNullable<FiledMap["features"][number]["geometry"]>, { code, level, name, kind }: Placed): FiledFace {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return { code, level, name, kind, rings: parts.flat().map((ring) => ring.slice(0, -1).map(latticePoint)) };
}

function latticePoint([lon, lat]: readonly number[]): Point {
  return [Math.round(lon! * UNITS_PER_DEGREE), Math.round(lat! * UNITS_PER_DEGREE)];
}

/** Levels on which land changes, the highest first; where none does, those there are. */
export function levelsOf(units: readonly FiledUnit[]): string[] {
  const moved = units.filter(({ what }) => what.some((one) => LAND.includes(one)));
  const levels = new Set((moved.length > 0 ? moved : units).map(({ level }) => level));
  return LEVELS.filter((level) => levels.has(level));
}

export interface Sides {
  readonly before: readonly FiledFace[];
  readonly after: readonly FiledFace[];
  readonly difference: Difference;
  readonly box: LatticeBox;
}

/** The two sides on one level. */
export function sidesAt(level: string, before: readonly FiledFace[], after: readonly FiledFace[], units: readonly FiledUnit[]): Sides {
  const [was, is] = [before, after].map((faces) => faces.filter((face) => face.level === level)) as [FiledFace[], FiledFace[]];
  const changed = units.filter((unit) => unit.level === level && unit.what.some((one) => LAND.includes(one)));
  const ringsIn = (faces: readonly FiledFace[], code: string): readonly Path[] => faces.find((face) => face.code === code)?.rings ?? [];
  const pairs = changed.map(({ code }) => [ringsIn(was, code), ringsIn(is, code)] as const);
  return { before: was, after: is, difference: differenceBetween(pairs), box: boxAround([...was, ...is]) };
}

function boxAround(faces: readonly FiledFace[]): LatticeBox {
  const points = faces.flatMap(({ rings }) => rings.flat());
  return points.reduce<LatticeBox>(
    ([west, south, east, north], [x, y]) => [Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y)],
    [Infinity, Infinity, -Infinity, -Infinity],
  );
}

/** The face that holds a point. */
export function faceAt(faces: readonly FiledFace[], [x, y]: Point): FiledFace | null {
  const has = ({ rings }: FiledFace): boolean => contains(rings.map((ring) => Float32Array.from(ring.flatMap(([a, b]) => [a - x, b - y]))), 0, 0);
  return faces.find(has) ?? null;
}
