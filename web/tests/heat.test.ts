import { describe, expect, it } from "vitest";
import { classIndex, classLimits, countClasses } from "../src/model/breaks";
import { TINTS, cividis, markOf, rgb, tintOf } from "../src/model/colours";
import { smooth, type Bin } from "../src/model/smooth";

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

/** Repeatable numbers, so that a failure can be seen again. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state;
  }
}

describe("classes of counts", () => {
  it("tells many small counts apart instead of giving most bins one colour", () => {
    const counts = [...Array(900).keys()].map((k) => 1 + (k % 9)).concat([...Array(90).fill(40)], [5000]);
    const largest = Math.max(...countClasses(counts, classLimits(counts)).map((one) => one.bins));
    expect(largest).toBeLessThan(counts.length * 0.6);  // by the decade it would be nine in ten
  });

  it.each([1, 2, 4, 9, 37, 480, 12_345, 999_999, 10_000_000])("up to %i start at 1, grow, and are at most six", (max) => {
    const limits = classLimits([1, max]);
    expect(limits[0]).toBe(1);
    expect(limits.length).toBeLessThanOrEqual(6);
    expect([...limits].sort((a, b) => a - b)).toEqual(limits);
    expect(limits.at(-1)).toBeLessThanOrEqual(max);
  });

  it("of nothing are none", () => {
    expect(classLimits([])).toEqual([]);
  });

  it("hold every bin exactly once", () => {
    const source = numbers(42);
    const counts = Array.from({ length: 500 }, () => 1 + (source.next().value! % 700));
    const classes = countClasses(counts, classLimits(counts));
    expect(sum(classes.map((one) => one.bins))).toBe(500);
    for (const one of classes) {
      const inside = counts.filter((count) => count >= one.from && (one.to === null || count <= one.to));
      expect(one.bins).toBe(inside.length);
    }
  });

  it("put a count below the first limit nowhere", () => {
    expect(classIndex([1, 5], 0.4)).toBe(-1);
    expect(classIndex([1, 5], 5)).toBe(1);
  });
});

describe("the smooth surface", () => {
  it("keeps the sum of the counts", () => {
    const source = numbers(7);
    const next = (): number => source.next().value!;
    const bins: Bin[] = Array.from({ length: 300 }, () => ({ x: 6600 + (next() % 90), y: next() % 60, count: 1 + (next() % 40) }));
    expect(sum(smooth(bins).values)).toBeCloseTo(sum(bins.map((bin) => bin.count)), 1);
  });

  it("is highest where the only count is, and even on both sides", () => {
    const { x, y, width, values } = smooth([{ x: 10, y: 20, count: 16 }]);
    const at = (column: number, row: number): number => values[(row - y) * width + column - x]!;
    expect(at(10, 20)).toBe(Math.max(...values));
    expect(at(9, 20)).toBe(at(11, 20));
    expect(at(10, 19)).toBe(at(9, 20));
  });

  it("of nothing is empty", () => {
    expect(smooth([]).values).toHaveLength(0);
  });
});

describe("colours", () => {
  const lightness = (colour: string): number => {
    const [red, green, blue] = rgb(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  it.each([2, 3, 4, 5, 6])("of %i classes darken from class to class", (count) => {
    const steps = cividis(count).map(lightness);
    expect(steps).toHaveLength(count);
    for (let i = 1; i < count; i++) expect(steps[i]!).toBeLessThan(steps[i - 1]! - 8);
  });

  it("give every family a colour and a shape of its own", () => {
    const families = ["publicity", "base_information", "public_opinion", "hazard", "dispute", "livelihood"];
    expect(new Set(families.map((family) => markOf(family).colour)).size).toBe(6);
    expect(new Set(families.map((family) => markOf(family).shape)).size).toBe(6);
    expect(markOf("unheard_of").shape).toBe("circle");
  });

  it("tint all faces of one parent alike", () => {
    expect(tintOf("51050200100100101", 15)).toBe(tintOf("51050200100100199", 15));
    const used = new Set(Array.from({ length: 60 }, (_, i) => tintOf(`510502001${String(i).padStart(3, "0")}`, 12)));
    expect(used.size).toBe(TINTS.length);
  });
});
