import { describe, expect, it } from "vitest";
import { isUnusual } from "../../src/office/calendar";
import { digestsIn } from "../../src/office/digests";

const DIGEST = "63875feac59ad22ec4ab16463587d6294d52bf2ed6589327b745346ca4c12bbd";

describe("a digest from a stamped form", () => {
  it("is taken in groups, in capitals and over lines", () => {
    expect(digestsIn(DIGEST.toUpperCase().replace(/(.{8})/g, "$1 \n"))).toEqual([DIGEST]);
  });

  it("may be one of several", () => {
    expect(digestsIn(`${DIGEST}, ${DIGEST}`)).toEqual([DIGEST, DIGEST]);
  });

  it.each(["", "   ", DIGEST.slice(1), `${DIGEST}0`, DIGEST.replace("6", "g"), `${DIGEST} `.repeat(21)])("is not %#", (text) => {
    expect(digestsIn(text)).toBeNull();
  });
});

describe("a day of the calendar", () => {
  const day = (text: string, is_workday: boolean, set_by_city: string | null = null) => ({ day: text, is_workday, supposed: false, set_by_city, set_from: null, set_by: null });

  it("is shown where it is not as its weekday, or the city has said something", () => {
    expect(isUnusual(day("2026-10-01", false))).toBe(true); // a Thursday off
    expect(isUnusual(day("2026-10-10", true))).toBe(true); // a Saturday worked
    expect(isUnusual(day("2026-11-24", true))).toBe(false);
    expect(isUnusual(day("2026-11-22", false))).toBe(false);
    expect(isUnusual(day("2026-11-24", true, "市庆"))).toBe(true);
  });
});
