/** A line or ring that is being drawn, point by point: pure, so that double clicks and points given twice are told apart in tests. */
import type { Point } from "../../topology";

export interface Sketch {
  readonly shape: "line" | "ring";
  readonly points: readonly Point[];
  /** Where the pointer is; the piece up to it is shown but not yet drawn. */
  readonly cursor: Point | null;
}

export function begun(shape: Sketch["shape"]): Sketch {
  return { shape, points: [], cursor: null };
}

const same = (a: Point | undefined, b: Point): boolean => a !== undefined && a[0] === b[0] && a[1] === b[1];

/** A second click at the same place adds nothing: a line has no piece of length zero. */
export function added(sketch: Sketch, at: Point): Sketch {
  if (same(sketch.points[sketch.points.length - 1], at)) return { ...sketch, cursor: at };
  return { ...sketch, points: [...sketch.points, at], cursor: at };
}

export function pointed(sketch: Sketch, cursor: Point | null): Sketch {
  return { ...sketch, cursor };
}

export function tookBack(sketch: Sketch): Sketch {
  return { ...sketch, points: sketch.points.slice(0, -1) };
}

/** A click on the first corner of a ring closes it. */
export function closes(sketch: Sketch, at: Point): boolean {
  return sketch.shape === "ring" && sketch.points.length >= 3 && same(sketch.points[0], at);
}

const LEAST = { line: 2, ring: 3 } as const;

/** The points to act on, or null while they are too few. */
export function finished(sketch: Sketch): readonly Point[] | null {
  return sketch.points.length >= LEAST[sketch.shape] ? sketch.points : null;
}

/** The points as they would be if the pointer's place were the last. */
export function tentative(sketch: Sketch): readonly Point[] | null {
  return finished(sketch.cursor === null ? sketch : added(sketch, sketch.cursor));
}
