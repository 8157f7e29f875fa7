/** Rings of one face in one tile, in pixels of that tile: x0, y0, x1, y1 … without the closing repetition. */
export type Ring = Float32Array;

/** Even-odd test over all rings, so holes and several parts need no special case. */
export function contains(rings: readonly Ring[], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) if (crossings(ring, x, y) % 2 === 1) inside = !inside;
  return inside;
}

function crossings(ring: Ring, x: number, y: number): number {
  let count = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [x1, y1, x2, y2] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) count++;
  }
  return count;
}

/** Signed area and first moments of rings; dividing the moments by the area gives the centroid. */
export interface Moments {
  readonly area: number;
  readonly mx: number;
  readonly my: number;
}

export function moments(rings: readonly Ring[]): Moments {
  let [area, mx, my] = [0, 0, 0];
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const cross = ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!;
      area += cross / 2;
      mx += (cross * (ring[j]! + ring[i]!)) / 6;
      my += (cross * (ring[j + 1]! + ring[i + 1]!)) / 6;
    }
  }
  return { area, mx, my };
}

export interface Box {
  readonly west: number;
  readonly north: number;
  readonly east: number;
  readonly south: number;
}

export function boxOf(rings: readonly Ring[]): Box {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      west = Math.min(west, ring[i]!);
      east = Math.max(east, ring[i]!);
      north = Math.min(north, ring[i + 1]!);
      south = Math.max(south, ring[i + 1]!);
    }
  }
  return { west, north, east, south };
}

export function boxHas(box: Box, x: number, y: number): boolean {
  return x >= box.west && x <= box.east && y >= box.north && y <= box.south;
}

export function boxesMeet(a: Box, b: Box): boolean {
  return a.west <= b.east && b.west <= a.east && a.north <= b.south && b.north <= a.south;
}
