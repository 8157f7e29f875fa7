import { describe, expect, it } from "vitest";
import {
  carve,
  childrenOf,
  draw,
  insertVertex,
  label,
  merge,
  moveBorder,
  moveVertex,
  removeVertex,
  replay,
  split,
  transfer,
  unitsOfVertex,
  verticesNear,
  type Coverage,
  type Done,
  type Outcome,
  type Point,
} from "../../src/topology";
import { at, dividedVillage, EAST, MARKET, NEIGHBOUR, VILLAGE, village, WEST } from "./small";
import { edgesByPlace, faultsOf, uncancelled } from "./whole";

function done(outcome: Outcome): Done {
  expect(outcome).toMatchObject({ ok: true });
  const made = outcome as Done;
  expect([...made.coverage.units.values()].flatMap((unit) => faultsOf(made.coverage, unit))).toEqual([]);
  const divided = [...made.coverage.units.values()].filter(({ id }) => childrenOf(made.coverage, id).length > 0);
  expect(divided.flatMap((unit) => uncancelled(made.coverage, unit))).toEqual([]);
  return made;
}

function code(outcome: Outcome): string {
  return outcome.ok ? "done" : outcome.refusal.code;
}

/** Area in squares of 1,000 units. */
function area(c: Coverage, id: string): number {
  const rings = c.units.get(id)!.parts.flat().map((ring) => ring.map((vertex) => c.position(vertex)));
  const doubled = (ring: readonly Point[]): number => {
    const moved = ring.map(([x, y]) => [x - at(0, 0)[0], y - at(0, 0)[1]] as const);
    return moved.reduce((sum, [x, y], i) => sum + x * moved[(i + 1) % moved.length]![1] - y * moved[(i + 1) % moved.length]![0], 0);
  };
  return rings.reduce((sum, ring) => sum + doubled(ring), 0) / 2e6;
}

const vertex = (c: Coverage, point: Point): number => verticesNear(c, point, 0)[0]!;

describe("a vertex", () => {
  it("moves in every unit that has it", () => {
    const land = village();
    const made = done(moveVertex(land, vertex(land, at(3, 3)), at(3.5, 3.5), 1));
    expect([...made.touched].sort()).toEqual([WEST, MARKET]);
    expect(made.command).toEqual({ op: "move_vertex", parent: VILLAGE, at: [105.4003, 28.8003], to: [105.40035, 28.80035] });
    expect([area(made.coverage, WEST), area(made.coverage, MARKET), area(land, MARKET)]).toEqual([11, 5, 4]);
  });

  it("stays on the outline, and where it would break anything", () => {
    const land = village();
    expect(code(moveVertex(land, vertex(land, at(4, 0)), at(4, 1), 1))).toBe("on_outline");
    expect(code(moveVertex(land, vertex(land, at(8, 4)), at(8, 3), 1))).toBe("on_outline");
    expect(code(moveVertex(land, vertex(land, at(3, 3)), at(5, 3), 1))).toBe("edit_breaks_coverage");
    expect(code(moveVertex(land, vertex(land, at(3, 3)), at(0.5, 0.5), 1))).toBe("edit_breaks_coverage");
    expect(code(moveVertex(land, vertex(land, at(3, 3)), at(2, 1), 1))).toBe("edit_breaks_coverage");
    expect(code(moveVertex(land, vertex(land, at(3, 3)), at(1, 3), 1))).toBe("vertex_taken");
    expect(code(moveVertex(land, 999, at(1, 3), 1))).toBe("no_vertex");
  });

  it("does not jump over a hole, though nothing would cross", () => {
    const made = done(insertVertex(village(), at(4, 2), 10, 1)).coverage;
    const bulged = done(moveVertex(made, vertex(made, at(4, 2)), at(6, 2), 2)).coverage;
    expect(area(bulged, WEST)).toBe(16);
    const [away] = [moveVertex(bulged, vertex(bulged, at(6, 2)), at(0.5, 2), 3)];
    expect(code(away)).toBe("edit_breaks_coverage");
  });

  it("is put on an edge of all units that have the edge, also beyond the outline", () => {
    const made = done(insertVertex(village(), [at(8, 2)[0] + 3, at(8, 2)[1]], 10, 1));
    expect([...made.touched].sort()).toEqual([VILLAGE, EAST, NEIGHBOUR]);
    expect(made.command["nodes"]).toEqual([{ edge: [expect.anything(), expect.anything()], at: [[105.4008, 28.8002]] }]);
    expect(unitsOfVertex(made.coverage, vertex(made.coverage, at(8, 2))).sort()).toEqual([VILLAGE, EAST, NEIGHBOUR]);
    expect(code(insertVertex(made.coverage, at(8, 2), 10, 2))).toBe("vertex_taken");
    expect(code(insertVertex(made.coverage, at(6, 2), 10, 2))).toBe("no_edge");
  });

  it("goes where two edges meet, and comes back with the value of before", () => {
    const land = village();
    const made = done(removeVertex(land, vertex(land, at(3, 3)), 1));
    expect(area(made.coverage, MARKET)).toBe(2);
    expect(code(removeVertex(made.coverage, vertex(made.coverage, at(1, 1)), 2))).toBe("edit_breaks_coverage");
    expect(code(removeVertex(land, vertex(land, at(4, 4)), 1))).toBe("on_outline");
    expect(area(land, MARKET)).toBe(4);
  });
});

describe("a split", () => {
  it("goes through a hole, and neighbours get a node where it ends", () => {
    const made = done(split(village(), WEST, [at(-1, 2), at(4.5, 2)], 3));
    expect([...made.touched].sort()).toEqual([VILLAGE, `${VILLAGE}+3.1`, WEST, MARKET, EAST].sort());
    expect([area(made.coverage, WEST), area(made.coverage, `${VILLAGE}+3.1`)]).toEqual([6, 6]);
    expect(made.selected).toBe(WEST);
    expect([made.coverage.units.get(WEST)!.households, made.coverage.units.get(`${VILLAGE}+3.1`)!.households]).toEqual([50, 50]);
  });

  it("takes what a line outside of the unit does not divide for nothing", () => {
    const land = village();
    expect(code(split(land, EAST, [at(5, -1), at(5, -2)], 1))).toBe("line_does_not_divide");
    expect(code(split(land, EAST, [at(5, -1), at(5, 2)], 1))).toBe("line_ends_inside");
    expect(code(split(land, EAST, [at(5, 1), at(5, 1)], 1))).toBe("zero_length_line");
    expect(code(split(land, NEIGHBOUR, [at(9, -1), at(9, 5)], 1))).toBe("out_of_scope");
    expect(code(split(land, VILLAGE, [at(5, -1), at(5, 5)], 1))).toBe("out_of_scope");
    expect(code(split(land, "510502001001777", [at(5, -1), at(5, 5)], 1))).toBe("unknown_unit");
    expect(code(split(land, EAST, [[4e9, 0], at(5, 5)], 1))).toBe("outside_lonlat");
  });

  it("cuts several times and out of the middle", () => {
    const zigzag = done(split(village(), EAST, [at(5, -1), at(5, 5), at(6, 5), at(6, -1)], 1));
    expect([EAST, `${VILLAGE}+1.1`, `${VILLAGE}+1.2`].map((id) => area(zigzag.coverage, id))).toEqual([8, 4, 4]);
    const island = done(split(village(), EAST, [at(5, 1), at(7, 1), at(7, 2), at(5, 2), at(5, 1)], 1));
    expect([EAST, `${VILLAGE}+1.1`].map((id) => area(island.coverage, id))).toEqual([14, 2]);
    expect(island.command["nodes"]).toBeUndefined();
  });

  it("leaves the lower units to the server, and lets nothing be drawn on the unit until they are known", () => {
    const made = done(split(dividedVillage(), EAST, [at(6, -1), at(6.2, 5)], 1));
    expect(childrenOf(made.coverage, EAST)).toEqual([]);
    expect(made.coverage.units.get(EAST)!.pending).toBe(true);
    expect(made.command["nodes"]).toHaveLength(3);
    expect(code(split(made.coverage, EAST, [at(5, -1), at(5, 5)], 2))).toBe("edit_conflict");
    expect(code(label(made.coverage, { op: "rename", unit: EAST, name: "东" }, 2))).toBe("done");
    expect(code(merge(made.coverage, [EAST, `${VILLAGE}+1.1`], EAST, 2))).toBe("done");
  });
});

describe("land that changes hands", () => {
  it("merges neighbours into one of them", () => {
    const land = village();
    const made = done(merge(land, [WEST, MARKET], MARKET, 1));
    expect([area(made.coverage, MARKET), made.coverage.units.has(WEST), made.coverage.units.get(MARKET)!.households]).toEqual([16, false, 200]);
    expect(code(merge(land, [MARKET, EAST], EAST, 1))).toBe("not_adjacent");
    expect(code(merge(land, [EAST, EAST], EAST, 1))).toBe("too_few_faces");
    expect(code(merge(land, [EAST, NEIGHBOUR], EAST, 1))).toBe("out_of_scope");
  });

  it("goes to a unit that it touches", () => {
    const land = village();
    const made = done(transfer(land, [at(3, 3.5), at(5, 3.5), at(5, 5), at(3, 5)], EAST, 1));
    expect([area(made.coverage, WEST), area(made.coverage, EAST)]).toEqual([11.5, 16.5]);
    expect(code(transfer(land, [at(0.2, 0.2), at(0.4, 0.2), at(0.4, 0.4)], EAST, 1))).toBe("not_adjacent");
    expect(code(transfer(land, [at(0.5, 0.5), at(3.5, 0.5), at(3.5, 3.5), at(0.5, 3.5)], WEST, 1))).toBe("face_used_up");
    expect(code(transfer(land, [at(5, 1), at(6, 1), at(6, 2)], EAST, 1))).toBe("nothing_to_take");
    expect(code(transfer(land, [at(3, 1), at(5, 3), at(5, 1), at(3, 3)], EAST, 1))).toBe("invalid_polygon");
    expect(code(transfer(land, [at(3, 1), at(5, 3)], EAST, 1))).toBe("not_a_polygon");
  });

  it("is carved out as a unit of its own", () => {
    const made = done(carve(village(), VILLAGE, [at(5, 1), at(6, 1), at(6, 2)], " 市场 ", 2));
    expect(made.coverage.units.get(`${VILLAGE}+2.1`)).toMatchObject({ name: "市场", kind: "exclusive", level: "grid", parent: VILLAGE });
    expect([area(made.coverage, EAST), made.coverage.units.get(EAST)!.parts[0]!.length]).toEqual([15.5, 2]);
    expect(code(carve(village(), VILLAGE, [at(0.5, 0.5), at(3.5, 0.5), at(3.5, 3.5), at(0.5, 3.5)], "市场", 2))).toBe("face_used_up");
    expect(code(carve(village(), VILLAGE, [at(5, 1), at(6, 1), at(6, 2)], "  ", 2))).toBe("bad_command");
    expect(code(carve(village(), EAST, [at(5, 1), at(6, 1), at(6, 2)], "市场", 2))).toBe("not_divided");
    expect(code(carve(village(), VILLAGE, [at(5, 1), at(6, 1), at(6, 2)], "市场", 2, "micro"))).toBe("wrong_kind");
  });

  it("is drawn over units, of which some are gone then", () => {
    const made = done(draw(village(), VILLAGE, [at(0.5, 0.5), at(3.5, 0.5), at(3.5, 3.5), at(0.5, 3.5)], "新", 2));
    expect([made.coverage.units.has(MARKET), area(made.coverage, `${VILLAGE}+2.1`), area(made.coverage, WEST)]).toEqual([false, 9, 7]);
  });

  it("follows a border that is drawn anew", () => {
    const land = village();
    const made = done(moveBorder(land, WEST, EAST, [at(4, 1), at(5, 1), at(5, 3), at(4, 3)], 1));
    expect([area(made.coverage, WEST), area(made.coverage, EAST)]).toEqual([14, 14]);
    expect(code(moveBorder(land, WEST, EAST, [at(4, 1), at(9, 2), at(4, 3)], 1))).toBe("line_leaves_faces");
    expect(code(moveBorder(land, MARKET, EAST, [at(4, 1), at(4, 3)], 1))).toBe("not_adjacent");
    expect(code(moveBorder(land, WEST, EAST, [at(5, 1), at(4, 3)], 1))).toBe("ends_off_border");
    expect(code(moveBorder(land, WEST, EAST, [at(4, 1), at(4, 1)], 1))).toBe("zero_length_line");
  });
});

describe("commands", () => {
  it("carried out again give the very same land", () => {
    const land = dividedVillage();
    const acts: ((c: Coverage, position: number) => Outcome)[] = [
      (c, p) => split(c, WEST, [at(1, -1), at(1.3, 5)], p),
      (c, p) => insertVertex(c, at(4, 1), 5, p),
      (c, p) => moveVertex(c, vertex(c, at(4, 1)), at(3.7, 1.1), p),
      (c, p) => moveBorder(c, WEST, EAST, [at(4, 2), at(3, 3), at(4, 4)], p),
      (c, p) => label(c, { op: "count_households", unit: WEST, households: 7 }, p),
    ];
    const commands = [];
    let last: Coverage = land;
    for (const [i, act] of acts.entries()) {
      const made = done(act(last, i + 1));
      commands.push(JSON.parse(JSON.stringify(made.command)) as Done["command"]);
      last = made.coverage;
    }
    const again = replay(land, commands);
    expect(again.refused).toBeUndefined();
    expect([...again.coverage.units.keys()].sort()).toEqual([...last.units.keys()].sort());
    for (const unit of last.units.values()) expect(edgesByPlace(again.coverage, again.coverage.units.get(unit.id)!)).toEqual(edgesByPlace(last, unit));
  });

  it("stop where the page does not know how", () => {
    const answer = replay(village(), [{ op: "rename", unit: WEST, name: "西" }, { op: "dissolve", unit: WEST }], 4);
    expect(answer.refused).toMatchObject({ position: 5, refusal: { code: "bad_command" } });
    expect(answer.coverage.units.get(WEST)!.name).toBe("西");
  });

  it("count a grid anew when one of its micro-grids is counted", () => {
    const made = done(label(dividedVillage(), { op: "count_households", unit: `${EAST}01`, households: 90 }, 1));
    expect([made.coverage.units.get(EAST)!.households, made.coverage.units.get(`${EAST}01`)!.households]).toEqual([90, 90]);
    expect(code(label(dividedVillage(), { op: "convert", unit: EAST, kind: "micro" }, 1))).toBe("wrong_kind");
  });
});
