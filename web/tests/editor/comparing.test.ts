import { describe, expect, it } from "vitest";
import { changedBox } from "../../src/map/editor/changed";
import { differenceOf } from "../../src/map/editor/comparing";
import { markAt } from "../../src/map/editor/marks";
import { moveVertex, split, type Done, type Outcome } from "../../src/topology";
import type { Mark } from "../../src/workbench/store";
import { spot } from "./desk";
import { A, at, frame, land } from "./place";

function done(outcome: Outcome): Done {
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  return outcome;
}

const before = land();
const moved = done(moveVertex(before, 4, at(1.2, 1.1), 1));

describe("the comparison with today", () => {
  it("has nothing to show where nothing changed", () => {
    expect(differenceOf(before, land(), "grid")).toEqual({ before: [], after: [], moved: [] });
  });

  it("shows the edges that were and that are, each once, and the units whose land is another", () => {
    const found = differenceOf(before, moved.coverage, "grid");
    const edges = (chains: readonly (readonly unknown[])[]): number => chains.reduce((sum, chain) => sum + chain.length - 1, 0);
    expect([edges(found.before), edges(found.after)]).toEqual([4, 4]);
    expect(found.moved).toHaveLength(4);
    expect(found.before.flat()).toContainEqual(at(1, 1));
    expect(found.after.flat()).toContainEqual(at(1.2, 1.1));
  });

  it("shows the line of a split as new and no edge as gone", () => {
    const parted = done(split(before, A, [at(0.5, 0), at(0.5, 1)], 1));
    const found = differenceOf(before, parted.coverage, "grid");
    expect(found.after.flat()).toEqual(expect.arrayContaining([at(0.5, 0), at(0.5, 1)]));
  });
});

describe("what has to be painted anew", () => {
  it("is the box of the edges at a moved vertex", () => {
    expect(changedBox(before, moved.coverage, moved.touched)).toEqual([...at(0, 0), ...at(2, 2)]);
  });

  it("is nothing when nothing moved", () => {
    expect(changedBox(before, before, [A])).toBeNull();
  });

  it("is the whole unit when its ring is another", () => {
    const parted = done(split(before, A, [at(0.5, 0), at(0.5, 1)], 1));
    const box = changedBox(before, parted.coverage, parted.touched)!;
    expect(box[0] <= at(0, 0)[0] && box[1] <= at(0, 0)[1] && box[2] >= at(1, 1)[0] && box[3] >= at(1, 1)[1]).toBe(true);
  });
});

describe("a mark", () => {
  const degrees = (east: number, north: number): [number, number] => [at(east, north)[0] / 1e7, at(east, north)[1] / 1e7];
  const mark = (id: string, geometry: Mark["geometry"]): Mark => ({ id, tone: "error", label: "", active: false, geometry });
  const marks = [
    mark("point", { type: "Point", coordinates: degrees(0.5, 0.5) }),
    mark("line", { type: "LineString", coordinates: [degrees(1, 0.2), degrees(1, 0.8)] }),
    mark("face", { type: "Polygon", coordinates: [[degrees(1.2, 1.2), degrees(1.8, 1.2), degrees(1.8, 1.8), degrees(1.2, 1.2)]] }),
  ];

  it("is meant near its points, lines and outlines", () => {
    expect(markAt(marks, frame(), spot(at(0.505, 0.5)).px)).toBe("point");
    expect(markAt(marks, frame(), spot(at(1.005, 0.5)).px)).toBe("line");
    expect(markAt(marks, frame(), spot(at(1.5, 1.205)).px)).toBe("face");
  });

  it("is not meant elsewhere", () => {
    expect(markAt(marks, frame(), spot(at(0.6, 0.9)).px)).toBeNull();
  });
});
