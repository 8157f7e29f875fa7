/** Lattice units to pixels of a canvas and back, in double precision: at zoom 22 a pixel is about 3 units and the error far under one. */
import type { Point } from "../../topology";
import { latOf, lonOf, worldX, worldY } from "../../model/mercator";
import type { Frame } from "../overlay";

export const UNITS_PER_DEGREE = 1e7;

/** A place on the canvas, in CSS pixels. */
export type Pixel = readonly [number, number];

export function pixelOf(frame: Frame, [x, y]: Point): Pixel {
  return [
    worldX(x / UNITS_PER_DEGREE) * frame.world - frame.left,
    worldY(y / UNITS_PER_DEGREE) * frame.world - frame.top,
  ];
}

export function latticeOf(frame: Frame, [px, py]: Pixel): Point {
  const x = lonOf((px + frame.left) / frame.world);
  const y = latOf((py + frame.top) / frame.world);
  return [Math.round(x * UNITS_PER_DEGREE), Math.round(y * UNITS_PER_DEGREE)];
}

/** Lattice units that a pixel covers at a place, eastwards and northwards; the second is the smaller, as degrees of longitude shrink. */
export function unitsPerPixel(frame: Frame, [, y]: Point): readonly [number, number] {
  const east = (360 * UNITS_PER_DEGREE) / frame.world;
  return [east, east * Math.cos((y / UNITS_PER_DEGREE / 180) * Math.PI)];
}

/** A lattice point moved by so many pixels, at least by one unit in each direction asked for. */
export function nudged(frame: Frame, at: Point, right: number, up: number): Point {
  const [east, north] = unitsPerPixel(frame, at);
  return [at[0] + wholeStep(right * east), at[1] + wholeStep(up * north)];
}

function wholeStep(units: number): number {
  if (units === 0) return 0;
  return Math.sign(units) * Math.max(1, Math.round(Math.abs(units)));
}

export function distancePx([x, y]: Pixel, [otherX, otherY]: Pixel): number {
  return Math.hypot(x - otherX, y - otherY);
}

/** The place on a segment nearest to a pixel. */
export function nearestOnSegment([x, y]: Pixel, [ax, ay]: Pixel, [bx, by]: Pixel): Pixel {
  const [wayX, wayY] = [bx - ax, by - ay];
  const length = wayX * wayX + wayY * wayY;
  const share = length === 0 ? 0 : Math.min(Math.max(((x - ax) * wayX + (y - ay) * wayY) / length, 0), 1);
  return [ax + share * wayX, ay + share * wayY];
}

/** A box of lattice units around a pixel: west, south, east, north. */
export type LatticeBox = readonly [number, number, number, number];

export function boxAround(frame: Frame, [px, py]: Pixel, reachPx: number): LatticeBox {
  const [west, south] = latticeOf(frame, [px - reachPx, py + reachPx]);
  const [east, north] = latticeOf(frame, [px + reachPx, py - reachPx]);
  return [west, south, east, north];
}

export function boxOfFrame(frame: Frame): LatticeBox {
  const [west, south] = latticeOf(frame, [0, frame.height]);
  const [east, north] = latticeOf(frame, [frame.width, 0]);
  return [west, south, east, north];
}

export function joined(a: LatticeBox | null, b: LatticeBox | null): LatticeBox | null {
  if (a === null || b === null) return a ?? b;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}
