import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { DICTIONARIES, fill, isKey } from "../src/i18n/i18n";
import { zh, type Key } from "../src/i18n/zh";

const keys = Object.keys(zh) as Key[];
const names = (text: string): string[] => [...text.matchAll(/\{(\w+)(?:\|[^|{}]*\|[^|{}]*)?\}/g)].map((match) => match[1]!).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "i18n" ? [] : sources(path);
    return [readFileSync(path, "utf8")];
  });
}

const page = ["index.html", "workbench.html", "desk.html", "indicators.html", "office.html", "report.html", "grid.html", "staff.html"].map((path) => readFileSync(path, "utf8")).join("\n");
const code = [...sources("src"), page];
/** What a pattern finds in the code, each source read through once. */
const asked = (pattern: RegExp): string[] => code.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]!));

describe("the dictionaries", () => {
  it("have the same keys", () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
  });

  it.each(keys)("say %s in both languages with the same values", (key) => {
    for (const dictionary of Object.values(DICTIONARIES)) expect(dictionary[key].trim()).not.toBe("");
    // English may leave a unit or a level to the numbers, but it may not ask for a value that Chinese does not get.
    expect(names(zh[key])).toEqual(expect.arrayContaining(names(en[key])));
  });

  it("keep English free of Chinese characters", () => {
    expect(keys.filter((key) => /[\u3400-\u9fff]/.test(en[key]))).toEqual([]);
  });

  it("hold every key that the page's markup asks for", () => {
    const wanted = [...page.matchAll(/data-i18n(?:-\w+)?="([^"]+)"/g)].map((match) => match[1]!);
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.filter((key) => !isKey(key))).toEqual([]);
  });

  it("hold no key that nothing asks for", () => {
    const whole = new Set(asked(/"([\w.]+)"/g));
    const made = [...new Set(asked(/`([\w.]+\.)\$\{/g))];
    expect(keys.filter((key) => !whole.has(key) && !made.some((start) => key.startsWith(start)))).toEqual([]);
  });

  it("are what the page shows before the program runs", () => {
    for (const [, key, text] of page.matchAll(/data-i18n="([^"]+)"[^>]*>([^<]+)</g)) expect(zh[key as Key]).toBe(text);
  });
});

describe("fill", () => {
  it("puts values into their places and leaves unknown places alone", () => {
    expect(fill("{n} of {all}, {x}", { n: 3, all: "七" })).toBe("3 of 七, {x}");
  });

  it("chooses the word that fits one, and that of any other number", () => {
    const text = "{n} {n|incident lies|incidents lie} in {units} {units|unit|units}";
    expect(fill(text, { n: "1", units: 2 })).toBe("1 incident lies in 2 units");
    expect(fill(text, { n: "0", units: 1 })).toBe("0 incidents lie in 1 unit");
    expect(fill(text, { n: "1,001", units: "21" })).toBe("1,001 incidents lie in 21 units");
  });

  it("says one incident in English as one", () => {
    for (const key of ["legend.total", "status.incidents", "heat.incidents", "in.listed"] as const) expect(fill(en[key], { n: "1", shown: "1" })).toMatch(/^1 incident\b/);
  });
});
