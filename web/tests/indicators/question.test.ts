import { describe, expect, it } from "vitest";
import type { IndicatorRow } from "../../src/api/indicators";
import { BY_CODE, nextOrder, ordered } from "../../src/indicators/order";
import { below, daysOf, FIRST, isAskable, PERIODS, queryOf, readQuestion, wayTo, writeQuestion, type Question } from "../../src/indicators/question";

const TODAY = "2026-03-04"; // a Wednesday

describe("the question", () => {
  it("comes back from its address as it was", () => {
    const custom: Question = { by: "grid", within: "510502001", family: "hazard", period: "custom", range: { first: "2026-01-01", last: "2026-02-03" } };
    expect(readQuestion(writeQuestion(custom))).toEqual(custom);
    for (const period of PERIODS.filter((each) => each !== "custom")) expect(readQuestion(writeQuestion({ ...FIRST, period }))).toEqual({ ...FIRST, period });
  });

  it("is the first one where an address says nothing that can be asked", () => {
    for (const hash of ["", "#", "#by=street&within=51050&family=<b>&period=ever&first=2026-02-31x"]) expect(readQuestion(hash)).toEqual(FIRST);
  });

  it.each([
    ["month", "2026-03-01", "2026-03-04"],
    ["lastMonth", "2026-02-01", "2026-02-28"],
    ["week", "2026-03-02", "2026-03-04"],
    ["year", "2026-01-01", "2026-03-04"],
  ] as const)("knows the days of the period %s", (period, first, last) => {
    expect(daysOf({ ...FIRST, period }, TODAY)).toEqual({ first, last });
  });

  it("asks up to the midnight after the last day", () => {
    expect(queryOf({ ...FIRST, period: "lastMonth" }, TODAY)).toMatchObject({ by: "county", from: "2026-02-01T00:00:00+08:00", to: "2026-03-01T00:00:00+08:00" });
  });

  it("waits for both of the days that somebody chooses", () => {
    expect(isAskable({ ...FIRST, period: "custom", range: { first: "2026-03-02", last: null } })).toBe(false);
    expect(isAskable({ ...FIRST, period: "custom", range: { first: "2026-03-02", last: "2026-03-01" } })).toBe(false);
    expect(isAskable({ ...FIRST, period: "custom", range: { first: "2026-03-02", last: "2026-03-02" } })).toBe(true);
  });

  it("goes down from county to grid and knows the way up", () => {
    expect([below("county"), below("town"), below("village"), below("grid"), below("matter")]).toEqual(["town", "village", "grid", null, null]);
    expect(wayTo("510502001001")).toEqual(["510502", "510502001", "510502001001"]);
    expect(wayTo("")).toEqual([]);
  });
});

describe("the order of rows", () => {
  const row = (code: string, value: number | null): IndicatorRow => ({ code, name_zh: null, name_en: null, values: { x: { value, numerator: 0, denominator: 0 } } });
  const rows = [row("a", 0.5), row("b", null), row("c", 0.1), row("d", 0.9)];
  const codes = (order = BY_CODE): string => ordered(rows, order).map(({ code }) => code).join("");

  it("goes from the lowest to the highest and back to codes, with what has no value last", () => {
    const rising = nextOrder(BY_CODE, "x");
    const falling = nextOrder(rising, "x");
    expect([codes(), codes(rising), codes(falling), codes(nextOrder(falling, "x"))]).toEqual(["abcd", "cadb", "dacb", "abcd"]);
    expect(nextOrder(falling, "y")).toEqual({ indicator: "y", falling: false });
  });
});
