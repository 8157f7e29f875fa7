import { afterEach, describe, expect, it } from "vitest";
import { language } from "../../src/i18n/i18n";
import { zh } from "../../src/i18n/zh";
import { Problem } from "../../src/api/client";
import type { StoredCommand } from "../../src/api/changeSets";
import { REFUSALS } from "../../src/topology";
import { inWords, namerAt, unitsOf } from "../../src/workbench/describing";
import { acted, begun } from "../../src/workbench/history";
import { refusalText, said } from "../../src/workbench/problemWords";
import { label } from "../../src/topology";
import { A, B, land, VILLAGE } from "../editor/place";

afterEach(() => language.set("zh"));
const nameOf = (id: string): string => ({ [A]: "第1网格", [B]: "第2网格", [VILLAGE]: "杜家街社区" })[id] ?? id;

/** Every operation of docs/changes.md. */
const COMMANDS: readonly (readonly [StoredCommand, string])[] = [
  [{ op: "split", unit: A, lines: {} }, "拆分 第1网格"],
  [{ op: "split_balanced", unit: A, parts: 3 }, "把 第1网格 均衡地分成 3 份"],
  [{ op: "merge", units: [A, B], into: B }, "把 第1网格、第2网格 合并为 第2网格"],
  [{ op: "merge", units: [A, B] }, "把 第1网格、第2网格 合并为 第1网格"],
  [{ op: "transfer", piece: {}, to: A }, "把一块地划给 第1网格"],
  [{ op: "move_border", units: [A, B], line: {} }, "重画 第1网格 与 第2网格 的边界"],
  [{ op: "snap_border", units: [A, B], line: {}, within_m: 5 }, "让 第1网格 与 第2网格 的边界沿线走"],
  [{ op: "move_vertex", parent: VILLAGE, at: [105.44, 28.94], to: [105.44, 28.9401] }, "在 杜家街社区 内移动界点 11 m"],
  [{ op: "insert_vertex", parent: VILLAGE, at: [105, 28] }, "在 杜家街社区 内的边界上加一个界点"],
  [{ op: "remove_vertex", parent: VILLAGE, at: [105, 28] }, "在 杜家街社区 内删去一个界点"],
  [{ op: "draw", parent: VILLAGE, polygon: {}, name: "滨江网格" }, "在 杜家街社区 内画出 滨江网格"],
  [{ op: "carve", parent: A, polygon: {}, name: "市场" }, "从 第1网格 中划出 市场"],
  [{ op: "divide", parent: VILLAGE, faces: [{}, {}] }, "把 杜家街社区 划分为 2 个单元"],
  [{ op: "dissolve", unit: A }, "取消 第1网格 的下级划分"],
  [{ op: "rename", unit: A, name: "滨江" }, "把 第1网格 更名为 滨江"],
  [{ op: "convert", unit: A, kind: "exclusive" }, "把 第1网格 改为专属网格"],
  [{ op: "count_households", unit: A, households: 1342 }, "核定 第1网格 为 1,342 户"],
  [{ op: "count_population", unit: A, population: 0 }, "核定 第1网格 为 0 人"],
  [{ op: "redraw", parent: VILLAGE, gone: [], faces: [{}] }, "还原 杜家街社区 内 1 个单元"],
];

describe("a command in words", () => {
  it.each(COMMANDS)("%j", (command, text) => {
    expect(inWords(command, nameOf)).toBe(text);
  });

  it("is said in English too, with nothing left open", () => {
    language.set("en");
    for (const [command] of COMMANDS) expect(inWords(command, nameOf)).not.toMatch(/[{}]|undefined/);
    expect(inWords(COMMANDS[2]![0], nameOf)).toBe("Merge 第1网格, 第2网格 into 第2网格");
  });

  it("that is not known keeps its name", () => {
    expect(inWords({ op: "levitate" }, nameOf)).toBe("levitate");
  });

  it("calls a unit what it was called when the command was given", () => {
    const first = label(land(), { op: "rename", unit: A, name: "新名" }, 1);
    if (!first.ok) throw new Error("not renamed");
    const work = acted(begun(land()), first);
    expect(inWords(work.commands[0]!, namerAt(work, 1, land()))).toBe("把 第1网格 更名为 新名");
  });

  it("names the units to fly to", () => {
    expect(unitsOf({ op: "merge", units: [A, B], into: B })).toEqual([B, A]);
    expect(unitsOf({ op: "move_vertex", parent: VILLAGE, at: [1, 2], to: [3, 4] })).toEqual([VILLAGE]);
  });
});

describe("a refusal", () => {
  it.each([...REFUSALS])("%s of the page has a sentence in both languages", (code) => {
    expect(Object.keys(zh)).toContain(`refusal.${code}`);
    for (const one of ["zh", "en"] as const) {
      language.set(one);
      expect(refusalText(code).length).toBeGreaterThan(5);
    }
  });

  it("of the server is told in the reader's language, with the server's words beside it", () => {
    const problem = new Problem("stale_base", 409, "510504001001007: change set 4 (县区决定, by zhang.wei) came first.");
    expect(said(problem)).toEqual({ text: zh["refusal.stale_base"], detail: problem.detail });
    language.set("en");
    expect(said(problem)).toEqual({ text: problem.detail, detail: "" });
  });

  it("without a sentence of ours keeps its code", () => {
    expect(said(new Problem("quite_new", 422, "Something else.")).text).toContain("quite_new");
    expect(said(new Error("x")).text).not.toBe("");
  });
});
