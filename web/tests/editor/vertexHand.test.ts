import { beforeEach, describe, expect, it } from "vitest";
import { VertexHand } from "../../src/map/editor/vertexHand";
import { runsOf } from "../../src/map/editor/lineIndex";
import { handleAt, handlesOf, roved, roving } from "../../src/map/editor/handles";
import { verticesNear, type Point } from "../../src/topology";
import type { Store } from "../../src/workbench/store";
import { deskOf, spot, type TestDesk } from "./desk";
import { A, at, B, frame, land, store as openStore } from "./place";

let store: Store;
let desk: TestDesk;
let hand: VertexHand;

beforeEach(() => {
  store = openStore();
  desk = deskOf(store);
  hand = new VertexHand(desk);
  store.selection.subscribe(() => hand.changed());
  store.coverage.subscribe(() => hand.changed());
  store.select([A]);
});

const centre = spot(at(1, 1));
const moved = (from: Point): Point | null => {
  const [vertex] = verticesNear(store.coverage.get()!, from, 1);
  return vertex === undefined ? null : store.coverage.get()!.position(vertex);
};
const commands = (): string[] => store.commands().map((command) => command.op);

describe("handles", () => {
  it("are the vertices of the chosen unit, each once: nodes, locked ones, and middles of inner edges", () => {
    const handles = handlesOf(land(), [A], frame());
    expect(handles.filter((handle) => handle.kind === "node").map((handle) => handle.at)).toEqual([at(1, 1)]);
    expect(handles.filter((handle) => handle.kind === "locked")).toHaveLength(3);
    expect(handles.filter((handle) => handle.kind === "middle").map((handle) => handle.at)).toEqual([at(1, 0.5), at(0.5, 1)]);
  });

  it("have no middles where edges are short on the screen", () => {
    expect(handlesOf(land(), [A], { ...frame(15), left: frame(15).left - 500 }).filter((handle) => handle.kind === "middle")).toEqual([]);
  });

  it("are taken hold of within reach, what can move before what cannot", () => {
    const handles = handlesOf(land(), [A], frame());
    expect(handleAt(handles, spot(at(1.005, 1)).px, 10)).toMatchObject({ kind: "node" });
    expect(handleAt(handles, spot(at(1.05, 1)).px, 10)).toBeNull();
    expect(handleAt(handles, spot(at(0.99, 0.25)).px, Infinity)).toMatchObject({ kind: "node" });
  });

  it("are gone through in a circle", () => {
    const order = roving(handlesOf(land(), [A], frame()));
    expect(order).toHaveLength(4);
    expect(roved(order, order[3]!, 1)).toBe(order[0]);
    expect(roved(order, order[0]!, -1)).toBe(order[3]);
    expect(roved(order, null, 1)).toBe(order[0]);
    expect(roved([], null, 1)).toBeNull();
  });
});

describe("dragging a node", () => {
  it("moves it for all four grids in one command when it is dropped", () => {
    hand.grab(centre);
    hand.drag(spot(at(1.2, 1.1)));
    expect(commands()).toEqual([]);
    expect(desk.shown!.position(4)).toEqual(at(1.2, 1.1));
    hand.drop();
    expect(commands()).toEqual(["move_vertex"]);
    expect(moved(at(1.2, 1.1))).toEqual(at(1.2, 1.1));
    expect(store.selection.get()).toEqual([A]);
  });

  it("stays at the last allowed place where it would break something, and says why", () => {
    hand.grab(centre);
    hand.drag(spot(at(1.2, 1)));
    hand.drag(spot(at(3, 1)));
    expect(store.refusal.get()).not.toBeNull();
    expect(desk.shown!.position(4)).toEqual(at(1.2, 1));
    hand.drag(spot(at(1.3, 1)));
    expect(store.refusal.get()).toBeNull();
    hand.drop();
    expect(moved(at(1.3, 1))).toEqual(at(1.3, 1));
  });

  it("dropped where it may not be stays where it was allowed, and it is still said why", () => {
    hand.grab(centre);
    hand.drag(spot(at(3, 1)));
    hand.drop();
    expect(commands()).toEqual([]);
    expect(store.refusal.get()).not.toBeNull();
    expect(moved(at(1, 1))).toEqual(at(1, 1));
  });

  it("undone by abort leaves nothing behind", () => {
    hand.grab(centre);
    hand.drag(spot(at(1.2, 1.1)));
    hand.abort();
    hand.drop();
    expect(commands()).toEqual([]);
    expect(desk.shown).toBeNull();
    expect(moved(at(1, 1))).toEqual(at(1, 1));
  });

  it("back to where it was is no command", () => {
    hand.grab(centre);
    hand.drag(spot(at(1.2, 1.1)));
    hand.drag(centre);
    hand.drop();
    expect(commands()).toEqual([]);
  });

  it("snaps to a reference line, and not while Ctrl is held", () => {
    desk.lines = runsOf([{ kind: "road", points: [at(1.25, 0), at(1.25, 2)] }]);
    hand.grab(centre);
    hand.drag(spot(at(1.255, 1.1)));
    hand.drop();
    expect(moved(at(1.25, 1.1))![0]).toBe(at(1.25, 1.1)[0]);
    hand.grab(spot(moved(at(1.25, 1.1))!));
    hand.drag(spot(at(1.255, 1.2), { free: true }));
    hand.drop();
    expect(moved(at(1.255, 1.2))).toEqual(at(1.255, 1.2));
  });

  it("of the outline is refused", () => {
    hand.grab(spot(at(0, 1)));
    hand.drag(spot(at(0.1, 1)));
    expect(store.refusal.get()?.code).toBe("on_outline");
    hand.drop();
    expect(commands()).toEqual([]);
  });

  it("is dropped when the land changes beneath it", () => {
    hand.grab(centre);
    hand.drag(spot(at(1.2, 1.1)));
    store.show(land());
    hand.drop();
    expect(commands()).toEqual([]);
  });
});

describe("a middle", () => {
  it("dragged becomes a vertex of both grids", () => {
    hand.grab(spot(at(1, 0.5)));
    hand.drag(spot(at(1.1, 0.5)));
    hand.drop();
    expect(commands()).toEqual(["insert_vertex", "move_vertex"]);
    const grids = [A, B].map((id) => store.coverage.get()!.units.get(id)!.parts[0]![0]!.length);
    expect(grids).toEqual([5, 5]);
  });

  it("only clicked stays a middle", () => {
    hand.click(spot(at(1, 0.5)));
    hand.grab(spot(at(1, 0.5)));
    hand.drop();
    expect(commands()).toEqual([]);
  });

  it("goes again by a double click on the vertex it became", () => {
    hand.grab(spot(at(1, 0.5)));
    hand.drag(spot(at(1.1, 0.5)));
    hand.drop();
    hand.click(spot(at(1.1, 0.5)));
    hand.doubleClick(spot(at(1.1, 0.5)));
    expect(commands()).toEqual(["insert_vertex", "move_vertex", "remove_vertex"]);
  });
});

describe("keys", () => {
  const press = (kind: "finish" | "cancel" | "remove" | "insert" | "undo"): boolean => hand.key({ kind }, centre);
  const step = (right: number, up: number, pixels: number | "unit" = 1): boolean => hand.key({ kind: "step", right, up, pixels }, centre);

  it("move a taken vertex by lattice units and make one command of it", () => {
    press("finish");
    press("finish");
    for (let i = 0; i < 5; i++) step(1, 0, "unit");
    step(0, -1, "unit");
    expect(commands()).toEqual([]);
    press("finish");
    expect(commands()).toEqual(["move_vertex"]);
    expect(moved(at(1, 1))).toBeNull();
    expect(store.coverage.get()!.position(4)).toEqual([at(1, 1)[0] + 5, at(1, 1)[1] - 1]);
  });

  it("move it by pixels", () => {
    hand.click(centre);
    step(1, 0, 10);
    press("finish");
    const [x] = store.coverage.get()!.position(4);
    expect((x - at(1, 1)[0]) * (frame().world / 3.6e9)).toBeCloseTo(10, 0);
  });

  it("go from vertex to vertex while none is taken, and show it", () => {
    press("finish");
    const first = hand.focused();
    step(1, 0);
    expect(hand.focused()).not.toBe(first);
    expect(commands()).toEqual([]);
    expect(desk.revealed.length).toBe(2);
  });

  it("let go without a trace", () => {
    hand.click(centre);
    step(1, 0, 10);
    press("cancel");
    press("cancel");
    press("cancel");
    expect(commands()).toEqual([]);
    expect(hand.focused()).toBeNull();
    expect(step(1, 0)).toBe(false);
  });

  it("undo what is unfinished and leave the page its own undoing", () => {
    hand.click(centre);
    step(1, 0, 10);
    expect(press("undo")).toBe(true);
    expect(desk.shown).toBeNull();
    expect(press("undo")).toBe(false);
  });

  it("finish a nudge when another tool is taken up", () => {
    hand.click(centre);
    step(1, 0, 10);
    hand.leave();
    expect(commands()).toEqual(["move_vertex"]);
  });

  it("refuse to remove a node, and say so", () => {
    hand.click(centre);
    press("remove");
    expect(commands()).toEqual([]);
    expect(store.refusal.get()?.code).toBe("is_node");
  });
});

it("nothing can be taken hold of while nothing may be edited", () => {
  store.readOnly.set({ kind: "no_change_set" });
  hand.changed();
  expect(hand.canGrab(centre)).toBe(false);
  hand.grab(centre);
  hand.drag(spot(at(1.2, 1)));
  hand.drop();
  expect(store.commands()).toEqual([]);
});
