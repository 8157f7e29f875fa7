import { describe, expect, it } from "vitest";
import { anchorDay, cityDay, instants, isDay, isUsable, presetRange, sameStretch, shiftDay } from "../src/model/period";

describe("civil days", () => {
  it("turn over at midnight in the city, eight hours before Greenwich", () => {
    expect(cityDay("2026-11-22T15:59:59Z")).toBe("2026-11-22");
    expect(cityDay("2026-11-22T16:00:00Z")).toBe("2026-11-23");
  });

  it("shift over months and leap days", () => {
    expect(shiftDay("2028-02-28", 1)).toBe("2028-02-29");
    expect(shiftDay("2026-01-01", -1)).toBe("2025-12-31");
  });

  it("are real days only", () => {
    expect(isDay("2026-02-28")).toBe(true);
    expect(isDay("2026-13-01")).toBe(false);
    expect(isDay("1 May")).toBe(false);
  });
});

describe("a period", () => {
  it("of seven days holds seven days, today among them", () => {
    const range = presetRange("7", "2026-11-23");
    expect(range).toEqual({ first: "2026-11-17", last: "2026-11-23" });
    const { from, to } = instants(range);
    expect((Date.parse(to!) - Date.parse(from!)) / 86_400_000).toBe(7);
  });

  it("ends with the last recorded day where that is over", () => {
    expect(anchorDay("2026-11-23", "2026-06-30T12:00:00+08:00")).toBe("2026-06-30");
    expect(anchorDay("2026-11-23", "2027-01-01T00:00:00+08:00")).toBe("2026-11-23");
    expect(anchorDay("2026-11-23", null)).toBe("2026-11-23");
  });

  it("without ends asks for everything", () => {
    expect(instants(presetRange("all", "2026-11-23"))).toEqual({});
  });

  it("is usable when its days are real and in order", () => {
    expect(isUsable({ first: "2026-01-02", last: "2026-01-02" })).toBe(true);
    expect(isUsable({ first: "2026-01-03", last: "2026-01-02" })).toBe(false);
    expect(isUsable({ first: "2026-01-32", last: "2026-02-02" })).toBe(false);
  });
});

describe("the stretch that a stretch is compared with", () => {
  const [whole, other] = [instants({ first: "2026-05-11", last: "2026-05-20" }), instants({ first: "2026-05-01", last: "2026-05-10" })];
  const hour = { from: "2026-05-12T01:00:00.000Z", to: "2026-05-12T02:00:00.000Z" };

  it("lies as far behind the begin of the other period and is as long", () => {
    expect(sameStretch(whole, other, hour)).toEqual({ from: "2026-05-02T01:00:00.000Z", to: "2026-05-02T02:00:00.000Z" });
  });

  it("is the whole of the other period for the whole of one", () => {
    expect(sameStretch(whole, other, null)).toEqual(other);
  });

  it("ends with a shorter period, and is nothing beyond it", () => {
    const short = { from: "2026-05-01T16:00:00.000Z", to: "2026-05-03T01:30:00.000Z" };
    const long = { from: "2026-05-10T16:00:00Z", to: "2026-05-20T16:00:00Z" };
    expect(sameStretch(long, short, { from: "2026-05-12T01:00:00Z", to: "2026-05-12T02:00:00Z" })).toEqual({ from: "2026-05-03T01:00:00.000Z", to: "2026-05-03T01:30:00.000Z" });
    expect(sameStretch(long, short, { from: "2026-05-15T01:00:00Z", to: "2026-05-15T02:00:00Z" })).toEqual({});
  });
});
