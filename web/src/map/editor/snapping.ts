/** What a pointer snaps to: the nearest vertex, border or reference line on the screen, and nothing beyond reach. */
import { edgeNear, verticesNear, type Coverage, type Point } from "../../topology";
import type { Frame } from "../overlay";
import { boxAround, distancePx, latticeOf, nearestOnSegment, pixelOf, unitsPerPixel, type Pixel } from "./camera";
import { runsIn, type LineRun } from "./lineIndex";

export const SNAP_PX = 10;

export interface Snapped {
  readonly at: Point;
  readonly kind: "vertex" | "border" | "line" | "none";
}

export interface Snapping {
  readonly frame: Frame;
  /** Null: vertices and borders attract nothing, as when one of them is being moved. */
  readonly coverage: Coverage | null;
  readonly runs: readonly LineRun[];
  /** The first corner of the ring being drawn, which closes it. */
  readonly own: readonly Point[];
}

interface Found extends Snapped {
  /** Pixels away, and some more for what attracts less. */
  readonly rank: number;
}

/** A vertex is meant rather than the border it lies on, and a border rather than a road beside it, but only when about as near. */
const LESS_PX = { vertex: 0, corner: 1, border: 3, line: 4 } as const;

export function snapped(px: Pixel, how: Snapping): Snapped {
  const free: Snapped = { at: latticeOf(how.frame, px), kind: "none" };
  const found = [nearestVertex(px, how), nearestBorder(px, free.at, how), ...nearestLine(px, how)];
  const best = found.reduce((a, b) => (a === null || (b !== null && b.rank < a.rank) ? b : a), null);
  return best === null ? free : { at: best.at, kind: best.kind };
}

function nearer(a: Found | null, at: Point, kind: Snapped["kind"], px: number, less: number): Found | null {
  return px <= SNAP_PX && (a === null || px + less < a.rank) ? { at, kind, rank: px + less } : a;
}

function nearestVertex(px: Pixel, { frame, coverage, own }: Snapping): Found | null {
  const reach = SNAP_PX * unitsPerPixel(frame, latticeOf(frame, px))[0];
  const vertices = coverage === null ? [] : verticesNear(coverage, latticeOf(frame, px), reach);
  const places = [...own, ...vertices.map((vertex) => coverage!.position(vertex))];
  return places.reduce<Found | null>((best, at) => nearer(best, at, "vertex", distancePx(px, pixelOf(frame, at)), LESS_PX.vertex), null);
}

function nearestBorder(px: Pixel, free: Point, { frame, coverage }: Snapping): Found | null {
  const edge = coverage === null ? null : edgeNear(coverage, free, SNAP_PX * unitsPerPixel(frame, free)[0]);
  if (coverage === null || edge === null) return null;
  const ends = [coverage.position(edge.a), coverage.position(edge.b)] as const;
  const foot = nearestOnSegment(px, pixelOf(frame, ends[0]), pixelOf(frame, ends[1]));
  return nearer(null, onEdge(frame, foot, ends), "border", distancePx(px, foot), LESS_PX.border);
}

/** The lattice point of the edge that a pixel on it stands for: straight on the screen is not quite straight on the lattice. */
function onEdge(frame: Frame, foot: Pixel, [a, b]: readonly [Point, Point]): Point {
  const [from, to] = [pixelOf(frame, a), pixelOf(frame, b)];
  const length = distancePx(from, to);
  const share = length === 0 ? 0 : distancePx(from, foot) / length;
  return [Math.round(a[0] + share * (b[0] - a[0])), Math.round(a[1] + share * (b[1] - a[1]))];
}

function nearestLine(px: Pixel, { frame, runs }: Snapping): (Found | null)[] {
  let [corner, foot]: [Found | null, Found | null] = [null, null];
  for (const run of runsIn(runs, boxAround(frame, px, SNAP_PX))) {
    const pixels = run.points.map((point) => pixelOf(frame, point));
    pixels.forEach((here, i) => {
      corner = nearer(corner, run.points[i]!, "line", distancePx(px, here), LESS_PX.corner);
      if (i === 0) return;
      const place = nearestOnSegment(px, pixels[i - 1]!, here);
      foot = nearer(foot, onEdge(frame, place, [run.points[i - 1]!, run.points[i]!]), "line", distancePx(px, place), LESS_PX.line);
    });
  }
  return [corner, foot];
}
