/** Classes of counts for a legend. */
export interface CountClass {
  /** Smallest and largest count of the class; the largest of the last class is open (null). */
  readonly from: number;
  readonly to: number | null;
  /** How many bins of the view fall in the class. */
  readonly bins: number;
}

/** Round lower limits 1, 2, 3, 5, 10, 20, 30, 50 … up to `max`. */
function roundLimits(max: number): number[] {
  const limits: number[] = [];
  for (let decade = 1; decade <= max; decade *= 10) {
    for (const step of [1, 2, 3, 5]) if (step * decade <= max) limits.push(step * decade);
  }
  return limits;
}

/** At most `classes` of the limits, the first always kept, evenly thinned. */
function thin(limits: readonly number[], classes: number): number[] {
  if (limits.length <= classes) return [...limits];
  const last = limits.length - 1;
  const picked = Array.from({ length: classes }, (_, i) => limits[Math.round((i * last) / (classes - 1))]!);
  return [...new Set(picked)];
}

/** Lower limits of the classes of these counts: whole, growing, the first is 1. */
export function classLimits(counts: readonly number[], classes = 6): number[] {
  const max = counts.reduce((a, b) => Math.max(a, b), 0);
  return thin(roundLimits(max), classes);
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
