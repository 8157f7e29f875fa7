import { describe, expect, it } from "vitest";
import { chainsOf, edgeKey } from "../../src/map/editor/borders";
import { hatchLines } from "../../src/map/editor/hatching";
import { runsIn, runsOf } from "../../src/map/editor/lineIndex";
import { anchorOf } from "../../src/map/editor/placing";
import type { Point, Unit } from "../../src/topology";

const ring = (...numbers: number[]): Float64Array => new Float64Array(numbers);
const unit = (id: string, ...rings: number[][]): Unit => ({
  id, level: "grid", parent: null, name: id, kind: null, households: null, population: null, estimated: false,
  divided: false, locked: false, pending: false, openIncidents: null, parts: [rings],
});

describe("a name", () => {
  it("stands in the middle of a square", () => {
    expect(anchorOf([ring(0, 0, 100, 0, 100, 60, 0, 60)])).toEqual({ x: 50, y: 30, room: 100 });
  });

  // ┌──┐  ┌──┐
  // │  └──┘  │   the middle of the box lies in the land, that of a horseshoe does not
  // └────────┘
  it("lies on land where the middle does not", () => {
    const horseshoe = ring(0, 0, 40, 0, 40, 80, 60, 80, 60, 0, 100, 0, 100, 100, 0, 100);
    const { x, y } = anchorOf([horseshoe])!;
    expect(x < 40 || x > 60 || y > 80).toBe(true);
  });

  it("keeps out of a hole", () => {
    const { x } = anchorOf([ring(0, 0, 100, 0, 100, 100, 0, 100), ring(30, 20, 30, 90, 90, 90, 90, 20)])!;
    expect(x).toBe(15);
  });
});

describe("borders", () => {
  // 0──1──2
  // │a │b │
  // 3──4──5
  const [a, b] = [unit("a", [3, 4, 1, 0]), unit("b", [4, 5, 2, 1])];

  it("have each edge once", () => {
    const edges = chainsOf([a, b]).flatMap((chain) => chain.slice(1).map((v, i) => edgeKey(chain[i]!, v)));
    expect(edges).toHaveLength(7);
    expect(new Set(edges).size).toBe(7);
  });

  it("leave out what a coarser level has drawn", () => {
    const drawn = new Set<number>();
    chainsOf([a], drawn);
    expect(chainsOf([b], drawn).flat().sort()).toEqual([1, 2, 4, 5]);
  });
});

describe("a hatch", () => {
  const hatch = { slant: 1, gapPx: 8 } as const;
  const sums = (box: { left: number; top: number; right: number; bottom: number }, x: number, y: number): number[] =>
    hatchLines(box, hatch, x, y).map(([x0, y0]) => x0 + y0 + x + y);

  it("stays in place when the canvas moves and when a piece is painted alone", () => {
    const whole = sums({ left: 0, top: 0, right: 300, bottom: 200 }, 1_000_003, 500_001);
    const moved = sums({ left: 0, top: 0, right: 100, bottom: 50 }, 1_000_103, 500_051);
    expect(whole.every((sum) => sum % 8 === 0)).toBe(true);
    expect(moved.every((sum) => whole.includes(sum))).toBe(true);
    expect(moved.length).toBeGreaterThan(15);
  });
});

describe("reference lines", () => {
  const line = Array.from({ length: 200 }, (_, i): Point => [i * 10, 0]);

  it("are cut into runs without a gap", () => {
    const runs = runsOf([{ kind: "road", points: line }]);
    runs.slice(1).forEach((run, i) => expect(run.points[0]).toEqual(runs[i]!.points.at(-1)));
    expect(runs[0]!.points[0]).toEqual(line[0]);
    expect(runs.at(-1)!.points.at(-1)).toEqual(line.at(-1));
  });

  it("are found by box", () => {
    const runs = runsOf([{ kind: "road", points: line }]);
    const found = runsIn(runs, [995, -5, 1005, 5]);
    expect(found.length).toBeLessThan(3);
    expect(found.some((run) => run.points.some(([x]) => x === 1000))).toBe(true);
    expect(runsIn(runs, [995, 5, 1005, 9])).toEqual([]);
  });

  it("of a single point have no run", () => {
    expect(runsOf([{ kind: "road", points: [[0, 0]] }])).toEqual([]);
  });
});
