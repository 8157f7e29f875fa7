/** Classes of counts for a legend. */
export interface CountClass {
  /** Smallest and largest count of the class; the largest of the last class is open (null). */
  readonly from: number;
  readonly to: number | null;
  /** How many bins of the view fall in the class. */
  readonly bins: number;
}

/** Ways to step through the decades, the finest first; the last ones skip decades. */
const LADDERS: readonly (readonly [steps: readonly number[], factor: number])[] = [
  [[1, 2, 3, 5], 10],
  [[1, 2, 5], 10],
  [[1, 3], 10],
  [[1], 10],
  [[1], 100],
  [[1], 10_000],
];

function climb(max: number, steps: readonly number[], factor: number): number[] {
  const limits: number[] = [];
  for (let decade = 1; decade <= max; decade *= factor) {
    for (const step of steps) if (step * decade <= max) limits.push(step * decade);
  }
  return limits;
}

/** Lower limits of at most `classes` classes of these counts: round, growing, the first is 1. */
export function classLimits(counts: readonly number[], classes = 6): number[] {
  const max = counts.reduce((a, b) => Math.max(a, b), 0);
  const ladders = LADDERS.map(([steps, factor]) => climb(max, steps, factor));
  return ladders.find((limits) => limits.length <= classes) ?? [];
}

/** Index of the class that holds a count (fractions of a smoothed surface included), -1 below the first limit. */
export function classIndex(limits: readonly number[], count: number): number {
  let index = -1;
  while (index + 1 < limits.length && count >= limits[index + 1]!) index++;
  return index;
}

export function countClasses(counts: readonly number[], limits: readonly number[]): CountClass[] {
  const bins = limits.map(() => 0);
  for (const count of counts) {
    const index = classIndex(limits, count);
    if (index >= 0) bins[index]! += 1;
  }
  return limits.map((from, i) => ({ from, to: limits[i + 1] === undefined ? null : limits[i + 1]! - 1, bins: bins[i]! }));
}
