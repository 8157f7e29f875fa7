/** Classes of counts for a legend. */
export interface CountClass {
  /** Smallest and largest count of the class; the largest of the last class is open (null). */
  readonly from: number;
  readonly to: number | null;
  /** How many bins of the view fall in the class. */
  readonly bins: number;
}

const STEPS = [1, 2, 5];

function roundNumbers(max: number): number[] {
  const numbers: number[] = [];
  for (let decade = 1; decade <= max; decade *= 10) {
    for (const step of STEPS) if (step * decade <= max) numbers.push(step * decade);
  }
  return numbers;
}

/**
 * Lower limits of at most `classes` classes of these counts: round, growing, the first is 1.
 *
 * The two neighbouring classes that hold the fewest bins together become one until there are few enough: counts of a
 * city are mostly small, and steps by the decade alone would give nine bins in ten one colour.
 */
export function classLimits(counts: readonly number[], classes = 6): number[] {
  const limits = roundNumbers(counts.reduce((a, b) => Math.max(a, b), 0));
  const bins = countClasses(counts, limits).map((one) => one.bins);
  while (limits.length > classes) {
    let least = 1;
    for (let i = 2; i < bins.length; i++) if (bins[i]! + bins[i - 1]! < bins[least]! + bins[least - 1]!) least = i;
    bins[least - 1]! += bins[least]!;
    bins.splice(least, 1);
    limits.splice(least, 1);
  }
  return limits;
}

/** Index of the class that holds a count (fractions of a smoothed surface included), -1 below the first limit. */
export function classIndex(limits: readonly number[], count: number): number {
  let index = -1;
  while (index + 1 < limits.length && count >= limits[index + 1]!) index++;
  return index;
}

/** The same for rates, which may lie under 1. */
export function rateLimits(rates: readonly number[], classes = 6): number[] {
  const some = rates.filter((rate) => rate > 0);
  const least = some.reduce((a, b) => Math.min(a, b), Infinity);
  const scale = least < 1 ? 10 ** Math.ceil(-Math.log10(least)) : 1;
  return classLimits(some.map((rate) => rate * scale), classes).map((limit) => limit / scale);
}

export function countClasses(counts: readonly number[], limits: readonly number[]): CountClass[] {
  const bins = limits.map(() => 0);
  for (const count of counts) {
    const index = classIndex(limits, count);
    if (index >= 0) bins[index]! += 1;
  }
  return limits.map((from, i) => ({ from, to: limits[i + 1] === undefined ? null : limits[i + 1]! - 1, bins: bins[i]! }));
}
