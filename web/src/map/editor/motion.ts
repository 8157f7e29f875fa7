/** A vertex on its way: every place is tried on the land as it was at the start, and the last one allowed is kept. Pure. */
import { insertVertex, moveVertex, verticesNear, type Coverage, type Outcome, type Point, type Refusal } from "../../topology";
import type { Handle } from "./handles";

export type Done = Extract<Outcome, { ok: true }>;

export interface Motion {
  readonly base: Coverage;
  readonly vertex: number;
  readonly from: Point;
  /** The vertex had to be put on an edge first. */
  readonly inserted: Done | null;
  readonly position: number;
  readonly good: Done | null;
  /** Why it may not be where it was wanted last. */
  readonly refusal: Refusal | null;
  readonly wanted: Point;
}

export type Begun = { readonly motion: Motion } | { readonly refusal: Refusal };

/** An inserted point lies within a lattice unit of its edge. */
const ON_EDGE_UNITS = 1;

export function begun(base: Coverage, handle: Handle, position: number): Begun {
  if (handle.kind !== "middle") return { motion: at(base, handle.vertex, null, position) };
  const inserted = insertVertex(base, handle.at, ON_EDGE_UNITS, position);
  if (!inserted.ok) return { refusal: inserted.refusal };
  const vertex = verticesNear(inserted.coverage, handle.at, 2 * ON_EDGE_UNITS)[0];
  if (vertex === undefined) return { refusal: { code: "no_vertex", units: [], place: handle.at } };
  return { motion: at(base, vertex, inserted, position + 1) };
}

function at(base: Coverage, vertex: number, inserted: Done | null, position: number): Motion {
  const from = (inserted?.coverage ?? base).position(vertex);
  return { base, vertex, from, inserted, position, good: null, refusal: null, wanted: from };
}

export function moved(motion: Motion, to: Point): Motion {
  if (to[0] === motion.from[0] && to[1] === motion.from[1]) return { ...motion, good: null, refusal: null, wanted: to };
  const outcome = moveVertex(motion.inserted?.coverage ?? motion.base, motion.vertex, to, motion.position);
  if (!outcome.ok) return { ...motion, refusal: outcome.refusal, wanted: to };
  return { ...motion, good: outcome, refusal: null, wanted: to };
}

/** Where the vertex stands: at the last place that was allowed. */
export function standing(motion: Motion): Point {
  return motion.good?.coverage.position(motion.vertex) ?? motion.from;
}

/** What is done when it is let go: nothing, a move, or an insertion and a move. */
export function outcomes(motion: Motion): readonly Done[] {
  if (motion.good === null) return [];
  return motion.inserted === null ? [motion.good] : [motion.inserted, motion.good];
}

export function touched(motion: Motion): readonly string[] {
  return [...new Set([...(motion.inserted?.touched ?? []), ...(motion.good?.touched ?? [])])];
}
