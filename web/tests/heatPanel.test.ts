import { describe, expect, it } from "vitest";
import { classIndex, rateLimits } from "../src/model/breaks";
import { changeColour, changeLimits, SAME_COLOUR } from "../src/model/change";
import { periodBefore } from "../src/model/period";
import { momentAt, stepFor } from "../src/panel/heat/series";

describe("classes of rates", () => {
  it("are round, growing, at most six, and hold every rate", () => {
    const rates = [0.04, 0.3, 0.31, 2, 7, 90, 1200, 0];
    const limits = rateLimits(rates);
    expect(limits.length).toBeLessThanOrEqual(6);
    expect([...limits].sort((a, b) => a - b)).toEqual(limits);
    for (const rate of rates.filter((one) => one > 0)) expect(classIndex(limits, rate)).toBeGreaterThanOrEqual(0);
  });

  it("of nothing are none", () => {
    expect(rateLimits([])).toEqual([]);
    expect(rateLimits([0, 0])).toEqual([]);
  });
});

describe("differences", () => {
  it("have mirrored colours, and none has its own", () => {
    const limits = changeLimits([-12, 0, 3, 40, 40, 1]);
    expect(limits.length).toBeLessThanOrEqual(3);
    expect(changeColour(limits, 0)).toBe(SAME_COLOUR);
    expect(changeColour(limits, 40)).not.toBe(changeColour(limits, -40));
    expect(changeColour(limits, 1)).not.toBe(changeColour(limits, 40));
  });
});

describe("the period compared with", () => {
  it("is as long and ends where the other begins", () => {
    expect(periodBefore({ first: "2026-03-01", last: "2026-03-31" })).toEqual({ first: "2026-01-29", last: "2026-02-28" });
    expect(periodBefore({ first: "2026-03-01", last: "2026-03-01" })).toEqual({ first: "2026-02-28", last: "2026-02-28" });
    expect(periodBefore({ first: null, last: "2026-03-01" })).toEqual({ first: null, last: null });
  });
});

describe("the time slider", () => {
  it("takes hours for days, days for months and weeks for years", () => {
    expect(stepFor("2026-03-01T00:00:00+08:00", "2026-03-04T00:00:00+08:00")).toBe("hour");
    expect(stepFor("2026-03-01T00:00:00+08:00", "2026-04-01T00:00:00+08:00")).toBe("day");
    expect(stepFor("2025-03-01T00:00:00+08:00", "2026-04-01T00:00:00+08:00")).toBe("week");
    expect(stepFor(undefined, undefined)).toBe("week");
  });

  it("cuts its steps to the period, and together they are the period", () => {
    const series = { step: "week", first: "2026-03-02T00:00:00+08:00", counts: [1, 2, 3], total: 6, max: 3 } as const;
    const period = { from: "2026-03-04T06:00:00+08:00", to: "2026-03-20T00:00:00+08:00" };
    const moments = series.counts.map((_, i) => momentAt(series, i, period));
    expect(Date.parse(moments[0]!.from)).toBe(Date.parse(period.from));
    expect(Date.parse(moments[2]!.to)).toBe(Date.parse(period.to));
    expect(moments[0]!.to).toBe(moments[1]!.from);
    expect(moments[1]!.to).toBe(moments[2]!.from);
  });
});
