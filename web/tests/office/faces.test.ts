import { describe, expect, it } from "vitest";
import type { FiledMap, FiledUnit } from "../../src/api/filings";
import { faceAt, facesOf, levelsOf, sidesAt } from "../../src/map/filing/faces";

//  before        after
//  +-------+     +---+---+
//  |   A   |     | A | C |
//  +-------+     +---+---+
//  |   B   |     |   B   |  only renamed
//  +-------+     +-------+
const box = (west: number, south: number, east: number, north: number): number[][][] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
].map((corner) => corner.map((one) => one / 1e7)) as never;

type Square = readonly [code: string, ring: unknown];

function mapOf(...squares: readonly Square[]): FiledMap {
  const features = squares.map(([code, ring]) => ({
    type: "Feature" as const,
    geometry: ring === null ? null : { type: "MultiPolygon" as const, coordinates: [[ring]] },
    properties: { code, level: "grid", name: code, kind: "comprehensive", technical: ring === null },
  }));
  return { type: "FeatureCollection", features } as unknown as FiledMap;
}

const unit = (code: string, what: readonly string[], level = "grid"): FiledUnit => ({ code, level, name: code, what, before: null, after: null });

const BEFORE = facesOf(mapOf(["A", box(0, 10, 20, 20)], ["B", box(0, 0, 20, 10)], ["T", null]));
const AFTER = facesOf(mapOf(["A", box(0, 10, 10, 20)], ["B", box(0, 0, 20, 10)], ["C", box(10, 10, 20, 20)]));
const UNITS = [unit("A", ["land"]), unit("B", ["name"]), unit("C", ["new"])];

describe("a filing's two sides", () => {
  it("leave out units that only got nodes, and are whole lattice units", () => {
    expect(BEFORE.map(({ code }) => code)).toEqual(["A", "B"]);
    expect(BEFORE[0]!.rings).toEqual([[[0, 10], [20, 10], [20, 20], [0, 20]]]);
  });

  it("differ by the border that is new, and by the land of the units that changed", () => {
    const { difference, box: extent } = sidesAt("grid", BEFORE, AFTER, UNITS);
    const edges = difference.after.flatMap((chain) => chain.slice(1).map((point, i) => [chain[i], point]));
    expect(edges).toContainEqual([[10, 10], [10, 20]]);
    expect(difference.moved).toHaveLength(2);
    expect(difference.before).toEqual([]); // the old edges are there still, with a node more
    expect(edges).toHaveLength(1);
    expect(extent).toEqual([0, 0, 20, 20]);
  });

  it("know which levels have other land", () => {
    expect(levelsOf([...UNITS, unit("A01", ["land"], "micro_grid"), unit("V", ["households"], "village")])).toEqual(["grid", "micro_grid"]);
    expect(levelsOf([unit("B", ["name"])])).toEqual(["grid"]);
  });

  it("say which face holds a point", () => {
    expect(faceAt(AFTER, [15, 15])?.code).toBe("C");
    expect(faceAt(BEFORE, [15, 15])?.code).toBe("A");
    expect(faceAt(AFTER, [25, 15])).toBeNull();
  });
});
