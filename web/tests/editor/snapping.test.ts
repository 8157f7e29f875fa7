import { describe, expect, it } from "vitest";
import { runsOf } from "../../src/map/editor/lineIndex";
import { snapped, type Snapped } from "../../src/map/editor/snapping";
import type { Point } from "../../src/topology";
import { spot } from "./desk";
import { at, frame, land } from "./place";

const coverage = land();
const roads = runsOf([{ kind: "road", points: [at(0.5, -1), at(0.5, 0.5), at(0.5, 3)] }]);

/** One side is about 300 pixels: 0.01 are 3. */
function snap(point: Point, options: Partial<Parameters<typeof snapped>[1]> = {}): Snapped {
  return snapped(spot(point).px, { frame: frame(), coverage, runs: roads, own: [], ...options });
}

describe("a pointer snaps", () => {
  it("to a vertex rather than to the border it lies on", () => {
    expect(snap(at(1.01, 1.015))).toEqual({ at: at(1, 1), kind: "vertex" });
  });

  it("to the place on a border, on the border to the lattice unit", () => {
    expect(snap(at(1.01, 1.5))).toEqual({ at: at(1, 1.5), kind: "border" });
  });

  it("to a reference line, its corners first", () => {
    expect(snap(at(0.51, 0.7))).toEqual({ at: at(0.5, 0.7), kind: "line" });
    expect(snap(at(0.505, 0.51))).toEqual({ at: at(0.5, 0.5), kind: "line" });
  });

  it("to the line under it rather than to a border at the rim of its reach", () => {
    const beside = runsOf([{ kind: "road", points: [at(1.03, 0.5), at(1.03, 1.9)] }]);
    expect(snap(at(1.029, 1.5), { runs: [...beside, ...roads] }).kind).toBe("line");
  });

  it("to nothing beyond reach, and to no border when one is being moved", () => {
    expect(snap(at(1.2, 1.5)).kind).toBe("none");
    expect(snap(at(1.01, 1.5), { coverage: null }).kind).toBe("none");
  });

  it("to the first corner of the ring in hand", () => {
    expect(snap(at(1.51, 1.51), { own: [at(1.5, 1.5)] })).toEqual({ at: at(1.5, 1.5), kind: "vertex" });
  });
});
