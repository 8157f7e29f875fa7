import { describe, expect, it } from "vitest";
import type { DeskRow } from "../../src/api/desk";
import { counts, isIn, left, NO_FILTERS, shown } from "../../src/desk/rows";

const NOW = Date.parse("2026-05-02T10:00:00+08:00");
const ROW: DeskRow = {
  no: "5105022026050200001",
  matter: "0406",
  family: "hazard",
  state: "registered",
  urgent: false,
  reported_at: "2026-05-02T09:00:00+08:00",
  registered_at: null,
  handled_at: null,
  due_at: null,
  due_supposed: false,
  soon_at: null,
  grid: "510502001001001",
  on_border: false,
  also: [],
  nearest: null,
  distance_m: 0,
  department: null,
  address: null,
  lon: 105.4,
  lat: 28.8,
};
const row = (part: Partial<DeskRow>): DeskRow => ({ ...ROW, ...part });
const due = (hours: number): string => new Date(NOW + hours * 3_600_000).toISOString();

describe("the lanes", () => {
  it("hold what is due soon as the server says it, and what is beyond its term", () => {
    expect(isIn("due_soon", row({ due_at: due(9), soon_at: due(0) }), NOW)).toBe(true);
    expect(isIn("due_soon", row({ due_at: due(0.1), soon_at: due(0.05) }), NOW)).toBe(false);
    expect(isIn("due_soon", row({ due_at: due(0.1), state: "checked" }), NOW)).toBe(false);
    expect(isIn("due_soon", row({ due_at: due(-1), soon_at: due(-2) }), NOW)).toBe(false);
    expect(isIn("overdue", row({ due_at: due(-1) }), NOW)).toBe(true);
    expect(isIn("overdue", row({}), NOW)).toBe(false);
    expect(left(row({ due_at: due(1) }), NOW)).toBe(3_600_000);
  });

  it("hold what is new, urgent, without a grid, or on a border", () => {
    const rows = [row({ state: "reported", grid: null }), row({ urgent: true }), row({ on_border: true })];
    expect(counts(rows, NO_FILTERS, NOW)).toEqual({ all: 3, new: 1, urgent: 1, due_soon: 0, overdue: 0, unassigned: 1, on_border: 1 });
  });
});

describe("the list", () => {
  it("has the urgent first, then the nearest term, then the latest reported", () => {
    const rows = [
      row({ no: "1" }),
      row({ no: "2", reported_at: "2026-05-02T09:30:00+08:00" }),
      row({ no: "3", due_at: due(5) }),
      row({ no: "4", due_at: due(1) }),
      row({ no: "5", urgent: true, due_at: due(9) }),
    ];
    expect(shown(rows, NO_FILTERS, NOW).map(({ no }) => no)).toEqual(["5", "4", "3", "2", "1"]);
  });

  it("is narrowed by every filter at once", () => {
    const rows = [row({ no: "1", address: "迎晖路 12 号" }), row({ no: "2", state: "handling" }), row({ no: "3", family: "dispute" })];
    const found = (part: object): string[] => shown(rows, { ...NO_FILTERS, ...part }, NOW).map(({ no }) => no);
    expect(found({ text: " 迎晖路" })).toEqual(["1"]);
    expect(found({ text: "510502001001001", state: "handling" })).toEqual(["2"]);
    expect(found({ family: "dispute", matter: "0406" })).toEqual(["3"]);
    expect(found({ family: "dispute", state: "handling" })).toEqual([]);
  });
});
