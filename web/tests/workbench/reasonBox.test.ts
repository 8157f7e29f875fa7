import { afterEach, describe, expect, it } from "vitest";
import { language } from "../../src/i18n/i18n";
import { reasonName, reasonOptions } from "../../src/panel/workbench/reasonBox";

const CITY_S = [
  { code: "correction", name_zh: "更正", name_en: "correction" },
  { code: "flood", name_zh: "洪涝灾害", name_en: "flood" },
];
const ended = { reason: "quake", reason_zh: "地震", reason_en: "earthquake" };

describe("the reasons of a change set", () => {
  afterEach(() => language.set("zh"));

  it("are the city's own, in the language of the page", () => {
    expect(reasonOptions(CITY_S, null)).toEqual([["correction", "更正"], ["flood", "洪涝灾害"]]);
    language.set("en");
    expect(reasonOptions(CITY_S, null)[1]).toEqual(["flood", "flood"]);
  });

  it("keep one that has ended for the set that names it, as it was called", () => {
    expect(reasonOptions(CITY_S, ended)[0]).toEqual(["quake", "地震"]);
    expect(reasonOptions(CITY_S, { ...ended, reason: "flood" })).toHaveLength(2);
    expect(reasonName(ended)).toBe("地震");
  });
});
