import { beforeEach, describe, expect, it } from "vitest";
import { borderPair, unitAlong, type DrawTool } from "../../src/map/editor/drawActs";
import { DrawHand } from "../../src/map/editor/drawHand";
import type { Point } from "../../src/topology";
import type { Store } from "../../src/workbench/store";
import { deskOf, spot, type TestDesk } from "./desk";
import { A, at, B, C, D, land, store as openStore } from "./place";

let store: Store;
let desk: TestDesk;

beforeEach(() => {
  store = openStore();
  desk = deskOf(store);
});

const commands = (): string[] => store.commands().map((command) => command.op);

function drawn(tool: DrawTool, ...points: Point[]): DrawHand {
  const hand = new DrawHand(desk, tool);
  for (const point of points) {
    hand.hover(spot(point));
    hand.click(spot(point));
  }
  return hand;
}

const enter = (hand: DrawHand): boolean => hand.key({ kind: "finish" }, spot(at(1, 1)));

describe("what a drawn line concerns", () => {
  const base = { level: "grid", selection: [], name: "", position: 1 } as const;

  it("is the unit that holds most of it, or the one chosen if it is met", () => {
    const points = [at(0.9, 0.5), at(1.9, 0.5)];
    expect(unitAlong(land(), { ...base, tool: "split", points })?.id).toBe(B);
    expect(unitAlong(land(), { ...base, tool: "split", points, selection: [A] })?.id).toBe(A);
    expect(unitAlong(land(), { ...base, tool: "split", points, selection: [C] })?.id).toBe(B);
    expect(unitAlong(land(), { ...base, tool: "split", points: [at(5, 5), at(6, 6)] })).toBeNull();
  });

  it("is the border on which it begins and ends", () => {
    const pair = (...points: Point[]) => borderPair(land(), { ...base, tool: "border", points });
    expect(pair(at(1, 0.2), at(0.8, 0.5), at(1, 0.8))).toEqual([A, B]);
    expect(pair(at(1, 0.2), at(0.8, 0.5), at(1, 1))).toEqual([A, B]);
    expect(pair(at(1, 0.2), at(0.8, 0.5))).toBeNull();
    expect(pair(at(1, 0.2), at(1.5, 1))).toBeNull();
  });
});

describe("splitting", () => {
  it("parts a grid by a line from border to border, and a new line can be begun", () => {
    const hand = drawn("split", at(0.5, 0), at(0.5, 1));
    expect(desk.shown?.units.size).toBe(6);
    hand.doubleClick();
    expect(commands()).toEqual(["split"]);
    expect(hand.hint().key).toBe("editor.hint.split");
    expect(desk.shown).toBeNull();
  });

  it("by a line that ends inside is refused, and the line stays to be mended", () => {
    const hand = drawn("split", at(0.5, 0), at(0.5, 0.5));
    enter(hand);
    expect(commands()).toEqual([]);
    expect(store.refusal.get()).not.toBeNull();
    hand.hover(spot(at(0.5, 1)));
    hand.click(spot(at(0.5, 1)));
    expect(store.refusal.get()).toBeNull();
    enter(hand);
    expect(commands()).toEqual(["split"]);
  });

  it("needs two points: one click, or two at one place, do nothing, and it is said why", () => {
    drawn("split", at(0.5, 0)).doubleClick();
    expect(store.refusal.get()?.code).toBe("zero_length_line");
    const hand = drawn("split", at(0.5, 0), at(0.5, 0));
    expect(store.refusal.get()).toBeNull();
    enter(hand);
    expect(store.refusal.get()?.code).toBe("zero_length_line");
    expect(commands()).toEqual([]);
  });

  it("by a line that starts and ends outside of everything is refused", () => {
    enter(drawn("split", at(5, 5), at(6, 6)));
    expect(commands()).toEqual([]);
    expect(store.refusal.get()?.code).toBe("out_of_scope");
  });

  it("snaps to vertices and borders, and not while Ctrl is held", () => {
    const hand = drawn("split", at(0.5, 0.004), at(0.5, 0.996));
    hand.doubleClick();
    expect(commands()).toEqual(["split"]);
    const free = new DrawHand(desk, "split");
    for (const point of [at(1.5, 0.004), at(1.5, 0.996)]) free.click(spot(point, { free: true }));
    free.doubleClick();
    expect(commands()).toEqual(["split"]);
  });
});

describe("a line in hand", () => {
  it("gives points back and is dropped by Escape; then the keys are the page's again", () => {
    const hand = drawn("split", at(0.5, 0), at(0.5, 0.5));
    expect(hand.key({ kind: "back" }, spot(at(1, 1)))).toBe(true);
    expect(hand.key({ kind: "undo" }, spot(at(1, 1)))).toBe(true);
    expect(hand.key({ kind: "undo" }, spot(at(1, 1)))).toBe(false);
    const other = drawn("split", at(0.5, 0), at(0.5, 0.5));
    other.key({ kind: "cancel" }, spot(at(1, 1)));
    expect(other.key({ kind: "back" }, spot(at(1, 1)))).toBe(false);
  });

  it("is drawn by keys: each Enter puts a point at the middle, one more there finishes", () => {
    const hand = new DrawHand(desk, "split");
    for (const point of [at(0.5, 0), at(0.5, 1), at(0.5, 1)]) hand.key({ kind: "finish" }, spot(point, { byKeys: true }));
    expect(commands()).toEqual(["split"]);
  });

  it("does nothing when nothing may be edited", () => {
    store.readOnly.set({ kind: "no_change_set" });
    drawn("split", at(0.5, 0), at(0.5, 1)).doubleClick();
    expect(commands()).toEqual([]);
    expect(store.refusal.get()?.code).toBe("read_only");
  });
});

describe("reshaping a border", () => {
  it("puts the drawn stretch in place of the old", () => {
    drawn("border", at(1, 0.2), at(0.8, 0.5), at(1, 0.8)).doubleClick();
    expect(commands()).toEqual(["move_border"]);
  });
});

describe("transferring", () => {
  const piece = [at(0.8, 0.2), at(1.2, 0.2), at(1.2, 0.8), at(0.8, 0.8)] as const;

  it("gives the piece to the chosen unit", () => {
    store.select([B]);
    const hand = drawn("transfer", ...piece);
    hand.click(spot(piece[0]));
    expect(commands()).toEqual(["transfer"]);
    expect(store.commands()[0]).toMatchObject({ to: B });
  });

  it("asks for the receiver when none is chosen, and Escape drops the piece", () => {
    const hand = drawn("transfer", ...piece);
    hand.doubleClick();
    expect(hand.hint().key).toBe("editor.hint.receiver");
    hand.hover(spot(at(1.5, 0.5)));
    expect(store.hovered.get()).toBe(B);
    hand.key({ kind: "cancel" }, spot(at(1, 1)));
    expect(commands()).toEqual([]);
    const again = drawn("transfer", ...piece);
    again.doubleClick();
    again.click(spot(at(1.5, 0.5)));
    expect(commands()).toEqual(["transfer"]);
  });
});

describe("carving", () => {
  const market = [at(0.2, 0.2), at(0.6, 0.2), at(0.6, 0.6)] as const;

  it("makes a new unit with the name that is asked for", async () => {
    store.askName = async () => "农贸市场";
    drawn("carve", ...market).doubleClick();
    await Promise.resolve();
    await Promise.resolve();
    expect(store.commands()[0]).toMatchObject({ op: "carve", name: "农贸市场" });
  });

  it("is given up with the name, and the ring stays", async () => {
    store.askName = async () => null;
    const hand = drawn("carve", ...market);
    hand.doubleClick();
    await Promise.resolve();
    await Promise.resolve();
    expect(commands()).toEqual([]);
    expect(hand.hint().key).toBe("editor.hint.ring");
  });

  it("asks for no name of a ring with two corners, and says why", () => {
    store.askName = () => Promise.reject(new Error("asked"));
    drawn("carve", at(0.2, 0.2), at(0.6, 0.2)).doubleClick();
    expect(store.refusal.get()?.code).toBe("not_a_polygon");
  });

  it("asks for no name when the ring cannot be", () => {
    store.askName = () => Promise.reject(new Error("asked"));
    drawn("carve", at(0, 0), at(1, 0), at(1, 1), at(0, 1)).doubleClick();
    expect(commands()).toEqual([]);
    expect(store.refusal.get()?.code).toBe("face_used_up");
  });
});

it("a new grid takes land of several", async () => {
  store.askName = async () => "新网格";
  drawn("draw", at(0.5, 0.5), at(1.5, 0.5), at(1.5, 1.5), at(0.5, 1.5)).doubleClick();
  await Promise.resolve();
  await Promise.resolve();
  expect(store.commands()[0]).toMatchObject({ op: "draw", name: "新网格" });
  expect([A, B, C, D].every((id) => store.coverage.get()!.units.has(id))).toBe(true);
});
