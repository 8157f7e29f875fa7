/** Where a name stands in its face: the middle of the widest stretch of land at some height, so that it never lies outside. */
import type { Pixel } from "./camera";

/** Rings in pixels: x0, y0, x1, y1 … */
export type PixelRing = Float64Array;

export interface Anchor {
  readonly x: number;
  readonly y: number;
  /** Pixels of land to both sides together. */
  readonly room: number;
}

const HEIGHTS = [0.5, 0.4, 0.6, 0.3, 0.7] as const;

/** The middle wins unless another height has half as much room again. */
export function anchorOf(rings: readonly PixelRing[]): Anchor | null {
  const [top, bottom] = extent(rings);
  let best: Anchor | null = null;
  for (const share of HEIGHTS) {
    const found = widest(rings, top + share * (bottom - top));
    if (found !== null && (best === null || found.room > best.room * 1.5)) best = found;
  }
  return best;
}

function extent(rings: readonly PixelRing[]): Pixel {
  let [top, bottom] = [Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 2) [top, bottom] = [Math.min(top, ring[i]!), Math.max(bottom, ring[i]!)];
  }
  return [top, bottom];
}

function widest(rings: readonly PixelRing[], y: number): Anchor | null {
  const places = rings.flatMap((ring) => crossings(ring, y)).sort((a, b) => a - b);
  let best: Anchor | null = null;
  for (let i = 0; i + 1 < places.length; i += 2) {
    const [from, to] = [places[i]!, places[i + 1]!];
    if (best === null || to - from > best.room) best = { x: (from + to) / 2, y, room: to - from };
  }
  return best;
}

function crossings(ring: PixelRing, y: number): number[] {
  const found: number[] = [];
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ay, by] = [ring[j + 1]!, ring[i + 1]!];
    if (ay > y !== by > y) found.push(ring[j]! + ((y - ay) / (by - ay)) * (ring[i]! - ring[j]!));
  }
  return found;
}
