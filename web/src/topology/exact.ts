/** Predicates on lattice points that never round: in doubles where these are exact, else in big integers. */
import type { Point } from "./types";

/** Whole numbers up to here, and their sums and products below it, are exact as doubles. */
const EXACT = 2 ** 53;

/** Above 0 where c lies left of the way from a to b, below 0 where it lies right of it, 0 on its line. */
export function orientation(a: Point, b: Point, c: Point): number {
  const left = (b[0] - a[0]) * (c[1] - a[1]);
  const right = (b[1] - a[1]) * (c[0] - a[0]);
  return Math.abs(left) + Math.abs(right) < EXACT ? left - right : bigOrientation(a, b, c);
}

function bigOrientation(a: Point, b: Point, c: Point): number {
  const turn = BigInt(b[0] - a[0]) * BigInt(c[1] - a[1]) - BigInt(b[1] - a[1]) * BigInt(c[0] - a[0]);
  return turn > 0n ? 1 : turn < 0n ? -1 : 0;
}

export function same(a: Point, b: Point): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** By longitude, then latitude. */
export function compare(a: Point, b: Point): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** Whether c, which lies on the line through a and b, lies between them or on one of them. */
function isBetween(a: Point, b: Point, c: Point): boolean {
  return (
    Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1])
  );
}

/** Whether the insides of two segments cross in one point. */
export function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  const [atC, atD] = [orientation(a, b, c), orientation(a, b, d)];
  if ((atC > 0 && atD > 0) || (atC < 0 && atD < 0) || atC === 0 || atD === 0) return false;
  const [atA, atB] = [orientation(c, d, a), orientation(c, d, b)];
  return (atA > 0 && atB < 0) || (atA < 0 && atB > 0);
}

/** Whether two segments have any point in common but a common end. */
export function meets(a: Point, b: Point, c: Point, d: Point): boolean {
  const shared = same(a, c) || same(a, d) ? a : same(b, c) || same(b, d) ? b : null;
  if (shared !== null) return overlaps(shared, shared === a ? b : a, same(shared, c) ? d : c);
  if (crosses(a, b, c, d)) return true;
  return isOn(c, a, b) || isOn(d, a, b) || isOn(a, c, d) || isOn(b, c, d);
}

/** Whether two segments from one point run over each other. */
function overlaps(from: Point, a: Point, b: Point): boolean {
  return orientation(from, a, b) === 0 && (isBetween(from, a, b) || isBetween(from, b, a));
}

/** Whether a point lies on a segment, its ends included. */
function isOn(point: Point, a: Point, b: Point): boolean {
  return isBetween(a, b, point) && orientation(a, b, point) === 0;
}

/** Whether a point lies in a triangle or on its border, whichever way round it is given. */
export function isInTriangle(point: Point, a: Point, b: Point, c: Point): boolean {
  const turns = [orientation(a, b, point), orientation(b, c, point), orientation(c, a, point)];
  if (orientation(a, b, c) === 0) return isOn(point, a, b) || isOn(point, b, c) || isOn(point, a, c);
  return turns.every((turn) => turn >= 0) || turns.every((turn) => turn <= 0);
}

/** Whether a simple ring, its first vertex not repeated, runs counter-clockwise: by its corner farthest to the west. */
export function turnsLeft(ring: readonly Point[]): boolean {
  const west = ring.reduce((best, point, i) => (compare(point, ring[best]!) < 0 ? i : best), 0);
  const [before, after] = [ring[(west + ring.length - 1) % ring.length]!, ring[(west + 1) % ring.length]!];
  return orientation(before, ring[west]!, after) > 0;
}

/** Whether a ring, which may cross itself, runs around half of a point an odd number of times. */
export function runsAroundHalf(doubled: Point, ring: readonly Point[]): boolean {
  let inside = false;
  let [ax, ay] = [2 * ring[ring.length - 1]![0], 2 * ring[ring.length - 1]![1]];
  for (const [x, y] of ring) {
    const [bx, by] = [2 * x, 2 * y];
    if (ay > doubled[1] !== by > doubled[1] && orientation([ax, ay], [bx, by], doubled) > 0 === by > ay) inside = !inside;
    [ax, ay] = [bx, by];
  }
  return inside;
}

/** The lattice point nearest to where the lines through two crossing segments meet. */
export function crossing(a: Point, b: Point, c: Point, d: Point): Point {
  const [wayX, wayY] = [BigInt(d[0] - c[0]), BigInt(d[1] - c[1])];
  const [cutX, cutY] = [BigInt(b[0] - a[0]), BigInt(b[1] - a[1])];
  const [offX, offY] = [BigInt(a[0] - c[0]), BigInt(a[1] - c[1])];
  const share = offX * cutY - offY * cutX;
  const whole = wayX * cutY - wayY * cutX;
  return [c[0] + rounded(share * wayX, whole), c[1] + rounded(share * wayY, whole)];
}

/** The whole number nearest to a fraction; halves go to the even one. */
function rounded(share: bigint, whole: bigint): number {
  const [n, d] = whole < 0n ? [-share, -whole] : [share, whole];
  const floor = n >= 0n ? n / d : -((-n + d - 1n) / d);
  const rest = 2n * (n - floor * d);
  const up = rest > d || (rest === d && floor % 2n !== 0n);
  return Number(up ? floor + 1n : floor);
}

/** Distance of two points in units. */
export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** Distance of a point from a segment in units, to a double's precision. */
export function distanceTo(point: Point, a: Point, b: Point): number {
  const [x, y] = [b[0] - a[0], b[1] - a[1]];
  const along = (point[0] - a[0]) * x + (point[1] - a[1]) * y;
  const length2 = x * x + y * y;
  if (along <= 0 || length2 === 0) return distance(point, a);
  if (along >= length2) return distance(point, b);
  return Math.abs(orientation(a, b, point)) / Math.sqrt(length2);
}

/** How far a point lies along a segment: 0 at its first end, the squared length at its second. Exact in places up to 4° wide. */
export function along(point: Point, a: Point, b: Point): number {
  return (point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1]);
}

/** Whether a point lies less than a unit from an edge and beside none of its ends. */
export function isBesideInside(point: Point, a: Point, b: Point): boolean {
  const [x, y] = [BigInt(b[0] - a[0]), BigInt(b[1] - a[1])];
  const [u, v] = [BigInt(point[0] - a[0]), BigInt(point[1] - a[1])];
  const [across, length2, dot] = [x * v - y * u, x * x + y * y, x * u + y * v];
  return across * across < length2 && dot > 0n && dot < length2;
}
