/** Areas, lengths and compactness on the CGCS2000 ellipsoid, by the formulas of gis/measures.py. */
import { landOf } from "./land";
import type { Position } from "./rings";
import type { Coverage, Part, Ring, Unit } from "./types";

const SEMI_MAJOR_M = 6_378_137.0;
const FLATTENING = 1 / 298.257222101;
const ECCENTRICITY = Math.sqrt(FLATTENING * (2 - FLATTENING));
const UNITS_PER_DEGREE = 1e7;
const RADIANS_PER_UNIT = Math.PI / 180 / UNITS_PER_DEGREE;

/** Area inside geodesic edges in square metres. */
export function areaM2(c: Coverage, id: string): number {
  const unit = c.units.get(id);
  return unit === undefined ? Number.NaN : measured(c, unit).areaM2;
}

/** Length of the border in metres, holes included. */
export function perimeterM(c: Coverage, id: string): number {
  const unit = c.units.get(id);
  return unit === undefined ? Number.NaN : measured(c, unit).perimeterM;
}

/** Polsby and Popper: the area over that of the circle with the same perimeter. */
export function compactness(c: Coverage, id: string): number {
  return (4 * Math.PI * areaM2(c, id)) / perimeterM(c, id) ** 2;
}

interface Measured {
  readonly areaM2: number;
  readonly perimeterM: number;
}

/** A unit is another object as soon as its land is another. */
const known = new WeakMap<Unit, Measured>();

function measured(c: Coverage, unit: Unit): Measured {
  const found = known.get(unit);
  if (found !== undefined) return found;
  const position = (vertex: number): readonly [number, number] => landOf(c).position(vertex);
  const made = { areaM2: areaOfParts(unit.parts, position), perimeterM: perimeterOfParts(unit.parts, position) };
  known.set(unit, made);
  return made;
}

/** Square metres. */
export function areaOfParts(parts: readonly Part[], position: Position): number {
  const signed = parts.flatMap((part) => part.map((ring, i) => (i === 0 ? 1 : -1) * ringAreaM2(ring, position)));
  return Math.max(signed.reduce((sum, area) => sum + area, 0), 0);
}

function perimeterOfParts(parts: readonly Part[], position: Position): number {
  return parts.flat().reduce((sum, ring) => sum + ringLengthM(ring, position), 0);
}

function ringLengthM(ring: Ring, position: Position): number {
  return ring.reduce((sum, vertex, i) => sum + edgeLengthM(position(vertex), position(ring[i + 1 === ring.length ? 0 : i + 1]!)), 0);
}

/** Metres between two lattice points that are near each other. */
function edgeLengthM([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): number {
  const sine = Math.sin(((ay + by) / 2) * RADIANS_PER_UNIT);
  const bend = 1 - ECCENTRICITY ** 2 * sine ** 2;
  const primeVerticalM = SEMI_MAJOR_M / Math.sqrt(bend);
  const meridianM = (primeVerticalM * (1 - ECCENTRICITY ** 2)) / bend;
  const eastM = primeVerticalM * Math.cos(((ay + by) / 2) * RADIANS_PER_UNIT);
  return Math.hypot((bx - ax) * RADIANS_PER_UNIT * eastM, (by - ay) * RADIANS_PER_UNIT * meridianM);
}

/** On the sphere of equal area, an edge takes its trapezoid and the bulge of the great circle; measured from the ring's first vertex. */
function ringAreaM2(ring: Ring, position: Position): number {
  const [x0, y0] = position(ring[0]!);
  const sine0 = authalicSine(y0);
  let [sum, width0, sineA] = [0, 0, sine0];
  for (let i = 0; i < ring.length; i++) {
    const [x, y] = position(ring[i + 1 === ring.length ? 0 : i + 1]!);
    const [width1, sineB] = [(x - x0) * RADIANS_PER_UNIT, authalicSine(y)];
    const width = width0 - width1;
    sum += (width * (sineA - sine0 + (sineB - sine0))) / 2 + bulge(width, sineA, sineB);
    [width0, sineA] = [width1, sineB];
  }
  return Math.abs(sum) * AUTHALIC_RADIUS_M ** 2;
}

/** Area between the great circle and the straight line in longitude and sine of latitude, on the unit sphere. */
function bulge(width: number, sineA: number, sineB: number): number {
  const [a, b] = [Math.tan(Math.asin(sineA) / 2), Math.tan(Math.asin(sineB) / 2)];
  const excess = 2 * Math.atan2(Math.tan(width / 2) * (a + b), 1 + a * b);
  return excess - (width * (sineA + sineB)) / 2;
}

function authalicSine(y: number): number {
  return authalicQ(Math.sin(y * RADIANS_PER_UNIT)) / POLAR_Q;
}

function authalicQ(sine: number): number {
  const scaled = ECCENTRICITY * sine;
  return (1 - ECCENTRICITY ** 2) * (sine / (1 - scaled ** 2) + Math.atanh(scaled) / ECCENTRICITY);
}

const POLAR_Q = authalicQ(1);
const AUTHALIC_RADIUS_M = SEMI_MAJOR_M * Math.sqrt(POLAR_Q / 2);

/** Shares a whole number out by areas, the largest remainders first; the shares add up to it. */
export function sharedOut(total: number, areas: readonly number[]): number[] {
  const whole = areas.reduce((sum, area) => sum + area, 0);
  const exact = areas.map((area) => (whole > 0 ? (total * area) / whole : 0));
  const shares = exact.map(Math.floor);
  const order = exact.map((_, i) => i).sort((i, j) => exact[j]! - shares[j]! - (exact[i]! - shares[i]!) || i - j);
  const left = total - shares.reduce((sum, share) => sum + share, 0);
  for (const i of order.slice(0, left)) shares[i]! += 1;
  return shares;
}
