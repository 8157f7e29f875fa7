import { afterEach, describe, expect, it } from "vitest";
import { area, day, instant, integer, length } from "../src/i18n/format";
import { language } from "../src/i18n/i18n";

afterEach(() => language.set("zh"));

describe("lengths and areas", () => {
  it("are given in the unit that people would say", () => {
    expect([0.25, 42.4, 999, 1500, 16_600].map(length)).toEqual(["0.25 m", "42 m", "999 m", "1.50 km", "16.6 km"]);
    expect([4_200, 350_000, 1.2e10].map(area)).toEqual(["4,200 m²", "0.35 km²", "12,000 km²"]);
    expect(integer(1_234_567)).toBe("1,234,567");
  });
});

describe("instants", () => {
  it("are told in the city's time, whatever the reader's", () => {
    expect(instant("2026-11-22T16:05:00Z")).toMatch(/2026.11.23\s00:05/);
    expect(day("2026-11-22T16:05:00Z")).toBe("2026/11/23");
    language.set("en");
    expect(day("2026-11-22T16:05:00Z")).toBe("Nov 23, 2026");
  });
});
