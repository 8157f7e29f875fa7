/** Polygons from the largest to the smallest, with the server's ties: by their box, and then as they stand in binary. */
import { compare } from "./exact";
import { boxAround } from "./land";
import { doubledArea, type Position } from "./rings";
import type { Box, Part, Ring } from "./types";

type Parts = readonly Part[];

interface Sized {
  readonly parts: Parts;
  readonly area: bigint;
  readonly box: Box;
}

export function bySize(polygons: readonly Parts[], position: Position): Parts[] {
  const boxOf = (parts: Parts): Box => boxAround(parts.flatMap((part) => part[0]!), position);
  const sized = polygons.map((parts): Sized => ({ parts, area: areaOf(parts, position), box: boxOf(parts) }));
  return sized.sort((a, b) => compareSized(a, b, position)).map(({ parts }) => parts);
}

function areaOf(parts: Parts, position: Position): bigint {
  return parts.flat().reduce((sum, ring) => sum + doubledArea(ring, position), 0n);
}

function compareSized(a: Sized, b: Sized, position: Position): number {
  if (a.area !== b.area) return a.area > b.area ? -1 : 1;
  const side = [0, 1, 2, 3].find((i) => a.box[i] !== b.box[i]);
  return side === undefined ? compareBinary(a.parts, b.parts, position) : a.box[side]! - b.box[side]!;
}

/** As two simple polygons compare byte by byte: by the number of their vertices, then by the vertices from the smallest on. */
function compareBinary(a: Parts, b: Parts, position: Position): number {
  const [one, other] = [binary(a[0]![0]!, position), binary(b[0]![0]!, position)];
  const at = one.findIndex((byte, i) => byte !== other[i]);
  return at < 0 ? 0 : one[at]! - (other[at] ?? -1);
}

function binary(ring: Ring, position: Position): Uint8Array {
  const first = ring.reduce((best, vertex, i) => (compare(position(vertex), position(ring[best]!)) < 0 ? i : best), 0);
  const turnedRing = [...ring.slice(first), ...ring.slice(0, first), ring[first]!];
  const view = new DataView(new ArrayBuffer(4 + 16 * turnedRing.length));
  view.setUint32(0, turnedRing.length, true);
  turnedRing.forEach((vertex, i) => {
    const [x, y] = position(vertex);
    view.setFloat64(4 + 16 * i, x / 1e7, true);
    view.setFloat64(12 + 16 * i, y / 1e7, true);
  });
  return new Uint8Array(view.buffer);
}
