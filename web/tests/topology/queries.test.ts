import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  adopt,
  agrees,
  areaM2,
  bounds,
  childrenOf,
  compactness,
  edgeNear,
  isLocked,
  merge,
  moveVertex,
  neighbours,
  open,
  perimeterM,
  REFUSALS,
  sharedBorder,
  sharedOut,
  snap,
  split,
  unitAt,
  unitsInBox,
  verticesNear,
  type Done,
} from "../../src/topology";
import { crossing, orientation } from "../../src/topology/exact";
import { Paged } from "../../src/topology/paged";
import { answerOf, landOfBoard } from "./coverages";
import { random } from "./gestures";
import { at, dividedVillage, EAST, MARKET, NEIGHBOUR, VILLAGE, village, WEST } from "./small";

describe("questions to a coverage", () => {
  const land = village();

  it("tell the unit of a level at a place, holes left out", () => {
    expect([at(2, 2), at(0.5, 2), at(6, 2), at(9, 2), at(20, 2)].map((p) => unitAt(land, p, "grid"))).toEqual([MARKET, WEST, EAST, NEIGHBOUR, null]);
    expect(unitAt(land, at(2, 2), "village")).toBe(VILLAGE);
  });

  it("tell what is near, what borders on what, and what is locked", () => {
    expect(verticesNear(land, at(3.9, 0.1), 200).map((v) => land.position(v))).toEqual([at(4, 0)]);
    expect(edgeNear(land, at(3.95, 2), 100)).toMatchObject({ point: at(4, 2), distance: 50 });
    expect(edgeNear(land, at(6, 2), 100)).toBeNull();
    expect(neighbours(land, WEST)).toEqual([EAST, MARKET]);
    expect(neighbours(land, EAST)).toEqual([WEST, NEIGHBOUR].sort());
    expect(sharedBorder(land, WEST, EAST).map(([a, b]) => [land.position(a), land.position(b)])).toEqual([[at(4, 0), at(4, 4)]]);
    expect([at(4, 0), at(3, 3), at(12, 0)].map((p) => isLocked(land, verticesNear(land, p, 0)[0]!))).toEqual([true, false, true]);
    expect(childrenOf(land, VILLAGE)).toEqual([WEST, EAST, MARKET].sort());
    expect(unitsInBox(land, [...at(5, 1), ...at(6, 2)], "grid")).toEqual([EAST]);
    expect(bounds(land, MARKET)).toEqual([...at(1, 1), ...at(3, 3)]);
  });

  it("snap to vertices before borders before lines", () => {
    const lines = [[at(5, 0), at(7, 4)]];
    expect(snap(land, at(3.95, 0.02), 100, lines)).toEqual({ point: at(4, 0), kind: "vertex" });
    expect(snap(land, at(3.95, 1), 100, lines)).toEqual({ point: at(4, 1), kind: "border" });
    expect(snap(land, at(6.02, 2), 100, lines)).toEqual({ point: [at(6, 2)[0] + 4, at(6, 2)[1] + 8], kind: "line" });
    expect(snap(land, at(6.5, 2), 100, lines)).toEqual({ point: at(6.5, 2), kind: "none" });
  });

  it("measure to the metre", () => {
    expect(areaM2(land, EAST)).toBeCloseTo(areaM2(land, WEST) + areaM2(land, MARKET), 6);
    expect(perimeterM(land, EAST)).toBeCloseTo(4 * (39.05 + 44.33) * 0.5, 0);
    expect(compactness(land, EAST)).toBeCloseTo(0.78, 2);
    expect(sharedOut(10, [1, 1, 1])).toEqual([4, 3, 3]);
  });
});

describe("the server's word", () => {
  it("agrees with what it was opened with, and not with another land", () => {
    const answer = landOfBoard({ seed: 3, side: 6, step: 1000, grids: 4, microGrids: 3, stray: 0.1 });
    const land = open(answer);
    expect(agrees(land, answer)).toEqual([]);
    expect(adopt(land, answer)).toBe(land);
    const vertex = [...land.units.values()].flatMap((unit) => unit.parts.flat(2)).find((each) => !isLocked(land, each))!;
    const [x, y] = land.position(vertex);
    const made = moveVertex(land, vertex, [x + 3, y + 2], 1) as Done;
    expect(agrees(made.coverage, answer)).toEqual([...made.touched].sort());
  });

  it("puts the lower units back where the page did not know them", () => {
    const made = split(dividedVillage(), EAST, [at(6, -1), at(6.2, 5)], 1) as Done;
    const back = merge(made.coverage, [EAST, `${VILLAGE}+1.1`], EAST, 2) as Done;
    const told = answerOf(back.coverage);
    const east = told.units.find(({ id }) => id === EAST)!;
    const below = { ...east, id: `${EAST}05`, level: "micro_grid" as const, parent: EAST, divided: false };
    const answer = { ...told, units: [...told.units, below] };
    expect(agrees(back.coverage, answer)).toEqual([]);
    const adopted = adopt(back.coverage, answer);
    expect(childrenOf(adopted, EAST)).toEqual([`${EAST}05`]);
    expect(adopted.units.get(EAST)!.pending).toBe(false);
    expect(agrees(adopted, answer)).toEqual([]);
  });
});

describe("the ground it stands on", () => {
  it("tells left from right where doubles would not", () => {
    const far = 3_000_000_000;
    expect(Math.sign(orientation([0, 0], [far, far], [far - 1, far - 2]))).toBe(-1);
    expect(orientation([0, 0], [far, far], [far - 7, far - 7])).toBe(0);
    expect(crossing([0, 0], [3, 3], [0, 2], [2, 0])).toEqual([1, 1]);
    expect(crossing([0, -5], [1, 5], [-10, 0], [10, 0])).toEqual([0, 0]);
  });

  it("keeps lists as they were", () => {
    const rng = random(5);
    const first = Paged.of(Array.from({ length: 1000 }, (_, i) => i));
    const draft = first.draft();
    for (let k = 0; k < 100; k++) draft.set(Math.floor(rng() * 1000), -1);
    expect(draft.push(7)).toBe(1000);
    const second = draft.done();
    expect(Array.from({ length: 1000 }, (_, i) => first.get(i))).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect([second.get(1000), second.length, first.length, first.get(1000)]).toEqual([7, 1001, 1000, undefined]);
  });

  it("refuses with codes of the documentation", () => {
    const documented = readFileSync("../docs/errors.md", "utf8");
    expect(REFUSALS.filter((code) => !documented.includes(`\`${code}\``))).toEqual([]);
  });
});
