/** Hatches: parallel lines in one slant for the whole world, so that neighbouring faces and repainted pieces join. */
export interface Hatch {
  readonly slant: 1 | -1;
  readonly gapPx: number;
  readonly dash?: readonly number[];
}

/** A segment on the canvas: x0, y0, x1, y1. */
export type Segment = readonly [number, number, number, number];

export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The lines x + slant · y = k · gap through a box; `originX`, `originY` are the world's pixels at the canvas' corner, which keep the
 * lines in place when the canvas moves.
 */
export function hatchLines(box: PixelBox, { slant, gapPx }: Hatch, originX: number, originY: number): Segment[] {
  const shift = (originX + slant * originY) % gapPx;
  const sums = [box.top, box.bottom].flatMap((y) => [box.left + slant * y, box.right + slant * y]);
  const [least, most] = [Math.min(...sums), Math.max(...sums)];
  const lines: Segment[] = [];
  for (let k = Math.ceil((least + shift) / gapPx); k * gapPx - shift <= most; k++) {
    const sum = k * gapPx - shift;
    lines.push([sum - slant * box.top, box.top, sum - slant * box.bottom, box.bottom]);
  }
  return lines;
}
