import { describe, expect, it } from "vitest";
import type { StoredCommand } from "../../src/api/changeSets";
import { canonical, common, nextStep, onTop, renumbered, standing, unsaved } from "../../src/workbench/reconciling";

const named = (letter: string): StoredCommand => ({ op: "rename", unit: "510502001001001", name: letter });
const list = (letters: string): StoredCommand[] => [...letters].map(named);

describe("two commands are the same", () => {
  it("whatever the order of their members", () => {
    expect(canonical({ op: "split", keep: true, lines: { type: "LineString", coordinates: [[1, 2]] } })).toBe(
      canonical({ lines: { coordinates: [[1, 2]], type: "LineString" }, keep: true, op: "split" }),
    );
  });

  it("however the database writes its numbers", () => {
    const [sent, stored] = [{ op: "x", at: [105.44, 28.9] }, JSON.parse('{"op": "x", "at": [105.4400, 28.90]}')];
    expect(canonical(sent)).toBe(canonical(stored));
  });
});

describe("the next step", () => {
  it.each([
    ["", "", { kind: "none" }],
    ["ab", "ab", { kind: "none" }],
    ["ab", "abcd", { kind: "add", commands: list("cd") }],
    ["abc", "ab", { kind: "undo" }],
    ["abc", "axy", { kind: "undo" }],
    ["a", "axy", { kind: "add", commands: list("xy") }],
  ])("from “%s” to “%s”", (held, wanted, step) => {
    expect(nextStep(list(held), list(wanted))).toEqual(step);
  });
});

describe("what the server holds is", () => {
  it.each([
    // known, wanted, found, how
    ["abc", "abxy", "abc", "same"],
    ["abc", "abxy", "ab", "ours"],
    ["abc", "abxy", "abx", "ours"],
    ["abc", "abxy", "abxy", "ours"],
    ["abc", "abcd", "abcd", "ours"],
    ["abc", "abxy", "a", "conflict"],
    ["abc", "abxy", "abcd", "conflict"],
    ["abc", "abxy", "abz", "conflict"],
    ["abc", "abcd", "ab", "conflict"],
    ["abc", "abc", "ab", "conflict"],
    ["", "x", "y", "conflict"],
    ["", "xy", "x", "ours"],
  ])("known “%s”, wanted “%s”, found “%s”: %s", (known, wanted, found, how) => {
    expect(standing(list(known), list(wanted), list(found))).toBe(how);
  });
});

describe("a command put in at another place", () => {
  const split: StoredCommand = { op: "split", unit: "510502001001+3.2", keep: true };

  it("names the units made by its own set by their new numbers", () => {
    expect(renumbered([split], 3, 2)).toEqual([{ ...split, unit: "510502001001+5.2" }]);
    expect(renumbered([{ op: "merge", units: ["510502001001+1.2", "510502001001+3.1+4.2"] }], 3, 2)).toEqual([
      { op: "merge", units: ["510502001001+1.2", "510502001001+5.1+6.2"] },
    ]);
  });

  it("leaves names and positions alone", () => {
    const rename: StoredCommand = { op: "rename", unit: "510502001001001", name: "510502001001+3.2" };
    expect(renumbered([rename], 1, 7)).toEqual([rename]);
    const moved: StoredCommand = { op: "move_vertex", parent: "510502001001", at: [105.1, 28.1], to: [105.2, 28.2] };
    expect(renumbered([moved], 1, 7)).toEqual([moved]);
  });
});

describe("one's own work on top of somebody else's", () => {
  it("keeps theirs and adds what was not saved", () => {
    expect(onTop(list("abz"), list("ab"), list("abxy"))).toEqual(list("abzxy"));
    expect(onTop(list("z"), list("ab"), list("axy"))).toEqual(list("zxy"));
    expect(unsaved(list("ab"), list("axy"))).toEqual(list("xy"));
  });

  it("renumbers what it adds", () => {
    const made: StoredCommand = { op: "rename", unit: "510502001001+2.2", name: "x" };
    const split: StoredCommand = { op: "split", unit: "510502001001001" };
    const all = onTop(list("abz"), list("a"), [...list("a"), split, made]);
    expect(all.slice(3)).toEqual([split, { ...made, unit: "510502001001+4.2" }]);
  });

  it("counts what both begin with", () => {
    expect(common(list("abc"), list("abd"))).toBe(2);
  });
});
