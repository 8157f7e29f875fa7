import { describe, expect, it } from "vitest";
import { STATES, type FilingLine, type FilingState } from "../../src/api/filings";
import { inLane, isCut, LANES, lanesFor, laneOf } from "../../src/office/lanes";

function line(no: number, state: FilingState, part: Partial<FilingLine> = {}): FilingLine {
  const day = String(no).padStart(2, "0");
  return {
    no: `BA510504-2026-00${day}`,
    state,
    scope: "510504001001",
    title: "",
    reason: "other",
    change_set: no,
    decided_at: "2026-11-01T09:00:00+08:00",
    effective_on: "2026-12-01",
    due_on: `2026-11-${day}`,
    due_provisional: false,
    overdue: false,
    late: false,
    state_since: `2026-11-${day}T09:00:00+08:00`,
    submitted_at: null,
    ...part,
  };
}

const nos = (filings: readonly FilingLine[]): number[] => filings.map(({ change_set }) => change_set);

describe("the lanes of the inbox", () => {
  it("hold every filing, and none twice but what is overdue", () => {
    const all = STATES.map((state, i) => line(i + 1, state));
    const held = LANES.flatMap((lane) => nos(inLane(lane, all)));
    expect(held.sort()).toEqual(nos(all));
    const overdue = line(9, "prepared", { overdue: true });
    expect(LANES.filter((lane) => inLane(lane, [overdue]).length === 1)).toEqual(["overdue", "prepared"]);
  });

  it("put first what waits longest, and of what is done the newest", () => {
    expect(nos(inLane("new", [line(3, "submitted"), line(1, "resubmitted"), line(2, "submitted")]))).toEqual([1, 2, 3]);
    expect(nos(inLane("recorded", [line(1, "recorded"), line(3, "recorded"), line(2, "recorded")]))).toEqual([3, 2, 1]);
  });

  it("decide between equals by the number", () => {
    const same = { state_since: "2026-11-01T09:00:00+08:00" };
    expect(nos(inLane("new", [line(2, "submitted", same), line(1, "submitted", same)]))).toEqual([1, 2]);
  });

  it("say that they hold more where a state of theirs was cut off", () => {
    expect(LANES.filter((lane) => isCut(lane, ["resubmitted", "recorded"]))).toEqual(["new", "recorded"]);
    expect(LANES.filter((lane) => isCut(lane, ["prepared"]))).toEqual(["overdue", "prepared"]);
    expect(LANES.filter((lane) => isCut(lane, []))).toEqual([]);
  });

  it("show the county what it has to hand in, and the withdrawn only where there are any", () => {
    expect(lanesFor(false, [])).toEqual(["new", "overdue", "received", "returned", "recorded"]);
    expect(lanesFor(true, [line(1, "withdrawn")])).toEqual([...LANES]);
  });

  it("lead to a filing whoever looks", () => {
    const late = line(1, "prepared", { overdue: true });
    expect(laneOf(late, lanesFor(true, [late]))).toBe("prepared");
    expect(laneOf(late, lanesFor(false, [late]))).toBe("overdue");
  });
});
