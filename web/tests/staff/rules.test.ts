import { describe, expect, it } from "vitest";
import type { Boards } from "../../src/api/boards";
import type { GridWorker } from "../../src/api/gridWorkers";
import { boardRows, counts, isDue, isRetired, sizeOf } from "../../src/staff/boards";
import { nextSorting, sorted, type Value } from "../../src/staff/order";
import { candidates, EVERYBODY_ACTIVE, filtered, lacks } from "../../src/staff/workers";

const VILLAGE = "510504001001";

function worker(id: number, part: Partial<GridWorker> = {}): GridWorker {
  const usual = { scope: VILLAGE, name: `示例网格员 00${id}`, work_phone: `0830-310000${id}`, kind: "full_time", active: true, badge_no: `W000000000${id}`, account: null };
  return { id, ...usual, qualified: true, trained_on: "2026-01-05", assessed_on: "2026-01-06", absent: false, ...part };
}

const ids = (workers: readonly GridWorker[]): number[] => workers.map(({ id }) => id);

describe("what a worker lacks", () => {
  it("is training, an assessment, or both, and nothing where the server says qualified", () => {
    expect(lacks(worker(1))).toEqual([]);
    expect(lacks(worker(1, { qualified: false, trained_on: null, assessed_on: null }))).toEqual(["training", "assessment"]);
    expect(lacks(worker(1, { qualified: false, assessed_on: null }))).toEqual(["assessment"]);
    expect(lacks(worker(1, { qualified: false, trained_on: null }))).toEqual(["training"]);
  });

  it("is a passed assessment where both stand but do not qualify, as of one before the training", () => {
    expect(lacks(worker(1, { qualified: false }))).toEqual(["assessment"]);
  });
});

describe("the list of workers", () => {
  const all = [worker(1), worker(2, { kind: "part_time", qualified: false }), worker(3, { absent: true }), worker(4, { active: false, name: "王芳" })];

  it("shows those in service unless asked for others", () => {
    expect(ids(filtered(all, EVERYBODY_ACTIVE))).toEqual([1, 2, 3]);
    expect(ids(filtered(all, { ...EVERYBODY_ACTIVE, state: "" }))).toEqual([1, 2, 3, 4]);
    expect(ids(filtered(all, { ...EVERYBODY_ACTIVE, state: "inactive" }))).toEqual([4]);
  });

  it("narrows by kind, state and text together", () => {
    expect(ids(filtered(all, { text: "", kind: "part_time", state: "unqualified" }))).toEqual([2]);
    expect(ids(filtered(all, { text: "", kind: "part_time", state: "absent" }))).toEqual([]);
    expect(ids(filtered(all, { text: " w0000000003 ", kind: "", state: "" }))).toEqual([3]);
    expect(ids(filtered(all, { text: "3100002", kind: "", state: "" }))).toEqual([2]);
    expect(ids(filtered(all, { text: "王", kind: "", state: "" }))).toEqual([4]);
  });
});

describe("who can be put on a grid", () => {
  it("is qualified, there, in service and of a place that holds the grid; the nearest place first", () => {
    const all = [worker(1, { scope: "510504" }), worker(2), worker(3, { qualified: false }), worker(4, { absent: true }), worker(5, { active: false }), worker(6, { scope: "510504001002" })];
    expect(ids(candidates(all, `${VILLAGE}003`))).toEqual([2, 1]);
    expect(candidates([], `${VILLAGE}003`)).toEqual([]);
  });
});

describe("the order of a column", () => {
  const rows: readonly { k: string; v: Value }[] = [
    { k: "a", v: 10 },
    { k: "b", v: null },
    { k: "c", v: 2 },
    { k: "d", v: 30 },
  ];
  const keys = (falling: boolean): string => sorted(rows, ({ v }) => v, falling).map(({ k }) => k).join("");

  it("goes up and down by numbers, with what has no value last", () => {
    expect([keys(false), keys(true)]).toEqual(["cadb", "dacb"]);
  });

  it("sorts names as Chinese readers do, and digits in them as numbers", () => {
    const names = ["网格员 10", "王芳", "网格员 9", "安宁"];
    expect(sorted(names, (one) => one, false)).toEqual(["安宁", "王芳", "网格员 9", "网格员 10"]);
  });

  it("turns round when the same column is chosen again, and leaves the rows it was given alone", () => {
    const once = nextSorting(null, "name");
    expect([once, nextSorting(once, "name"), nextSorting(nextSorting(once, "name"), "name"), nextSorting(once, "kind")]).toEqual([
      { column: "name", falling: false },
      { column: "name", falling: true },
      { column: "name", falling: false },
      { column: "kind", falling: false },
    ]);
    expect(rows.map(({ k }) => k).join("")).toBe("abcd");
  });
});

describe("the list of boards", () => {
  const printed = (grid_code: string, part: Partial<Boards["boards"][number]> = {}): Boards["boards"][number] => ({ grid_code, name: `网格 ${grid_code}`, kind: "board", size: "A3", printed_at: "2026-05-01T00:00:00+08:00", stale: false, changed: [], ...part });
  const answer: Boards = {
    boards: [
      printed("3"),
      printed("1", { stale: true, changed: ["contact"] }),
      printed("1", { kind: "card", size: "A4" }),
      printed("4", { kind: "card", size: "A4", stale: true, changed: ["name"] }),
      printed("5", { size: "A4", stale: true, changed: ["extent"] }),
      printed("9", { stale: true, changed: ["retired"] }),
    ],
    never: [{ code: "2", name: "网格 2" }, { code: "4", name: "网格 4" }],
    truncated: false,
  };
  const shown = (kind: "board" | "card", size: "A3" | "A4"): string[] => boardRows(answer, kind, size).map(({ code, condition }) => `${code} ${condition}`);

  it("has one row for each grid: to reprint, up to date, on other paper, or never printed of that kind", () => {
    expect(shown("board", "A3")).toEqual(["1 stale", "2 never", "3 current", "4 never", "5 other_size", "9 stale"]);
    expect(shown("board", "A4")).toEqual(["1 other_size", "2 never", "3 other_size", "4 never", "5 stale"]);
    expect(shown("card", "A4")).toEqual(["1 current", "2 never", "3 never", "4 stale", "5 never"]);
  });

  it("counts them, and knows what is due and that a retired grid has nothing to print", () => {
    const rows = boardRows(answer, "board", "A3");
    expect(counts(rows)).toEqual({ never: 2, stale: 2, current: 1, other_size: 1 });
    expect(rows.filter(isDue).map(({ code }) => code)).toEqual(["1", "2", "4", "9"]);
    expect(rows.filter(isRetired).map(({ code }) => code)).toEqual(["9"]);
  });

  it("has cards on A4, whatever the paper of the boards", () => {
    expect([sizeOf("card", "A3"), sizeOf("board", "A3")]).toEqual(["A4", "A3"]);
  });
});
