import { describe, expect, it } from "vitest";
import type { Command, Coverage, Outcome } from "../../src/topology";
import { acted, begun, cutTo, landNow, nextPosition, redone, undone, withState, type Work } from "../../src/workbench/history";

const land = (name: string): Coverage => ({ units: new Map(), scope: name, box: [0, 0, 0, 0], synthetic: true, position: () => [0, 0] });
const command = (name: string): Command => ({ op: "rename", name });
const act = (work: Work, name: string): Work =>
  acted(work, { ok: true, coverage: land(name), command: command(name), touched: [], selected: null } satisfies Outcome);
const names = (work: Work): unknown[] => work.commands.map((one) => one["name"]);

describe("a history", () => {
  const three = act(act(act(begun(land("base")), "a"), "b"), "c");

  it("has the land after each command", () => {
    expect(names(three)).toEqual(["a", "b", "c"]);
    expect(three.states.map((state) => state?.scope)).toEqual(["base", "a", "b", "c"]);
    expect(nextPosition(three)).toBe(4);
  });

  it("goes back to the beginning and forth to the end, with the very lands", () => {
    let work = three;
    for (let k = 0; k < 5; k += 1) work = undone(work);
    expect(landNow(work)).toBe(three.states[0]);
    for (let k = 0; k < 5; k += 1) work = redone(work);
    expect(work.commands).toEqual(three.commands);
    expect(work.states).toEqual(three.states);
    expect(work.redo).toEqual([]);
  });

  it("forgets what was undone once something else is done", () => {
    const work = act(undone(undone(three)), "x");
    expect(names(work)).toEqual(["a", "x"]);
    expect(redone(work)).toBe(work);
  });

  it("is cut before what the server refuses, for good", () => {
    const work = cutTo(three, 1);
    expect(names(work)).toEqual(["a"]);
    expect(landNow(work)?.scope).toBe("a");
    expect(work.redo).toEqual([]);
    expect(cutTo(three, 3)).toBe(three);
  });

  it("begins with commands whose lands are not known but the last", () => {
    const work = begun(land("base"), [command("a"), command("b")], land("top"));
    expect(work.states.map((state) => state?.scope ?? null)).toEqual(["base", null, "top"]);
    expect(landNow(undone(work))).toBeNull();
    expect(landNow(withState(undone(work), 1, land("told")))?.scope).toBe("told");
  });
});
