/** A smooth surface out of counted bins. */
export interface Bin {
  readonly x: number;
  readonly y: number;
  readonly count: number;
}

export interface Surface {
  /** Index of the first column and row, and the size, in bins. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Values row by row. Their sum is the sum of the counts. */
  readonly values: Float32Array;
}

/** Binomial weights 1 4 6 4 1 over 16: a Gaussian of about one bin that spreads a count without losing any of it. */
const WEIGHTS = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16] as const;
const REACH = 2;

function extent(bins: readonly Bin[]): { x: number; y: number; width: number; height: number } {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of bins) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  return { x: west - REACH, y: north - REACH, width: east - west + 1 + 2 * REACH, height: south - north + 1 + 2 * REACH };
}

/** The bins' counts spread over their neighbours; the sum stays what it was. */
export function smooth(bins: readonly Bin[]): Surface {
  if (bins.length === 0) return { x: 0, y: 0, width: 0, height: 0, values: new Float32Array(0) };
  const frame = extent(bins);
  const values = new Float32Array(frame.width * frame.height);
  for (const bin of bins) spread(bin, frame, values);
  return { ...frame, values };
}

function spread(bin: Bin, frame: { x: number; y: number; width: number }, values: Float32Array): void {
  for (let dy = -REACH; dy <= REACH; dy++) {
    const row = (bin.y - frame.y + dy) * frame.width + (bin.x - frame.x);
    for (let dx = -REACH; dx <= REACH; dx++) values[row + dx]! += bin.count * WEIGHTS[dx + REACH]! * WEIGHTS[dy + REACH]!;
  }
}

/** How a heat map is drawn. */
export type HeatStyle = "squares" | "smooth" | "units";
