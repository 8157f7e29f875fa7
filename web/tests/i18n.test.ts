import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { DICTIONARIES, fill, isKey } from "../src/i18n/i18n";
import { zh, type Key } from "../src/i18n/zh";

const keys = Object.keys(zh) as Key[];
const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "i18n" ? [] : sources(path);
    return [readFileSync(path, "utf8")];
  });
}

const page = ["index.html", "workbench.html", "desk.html", "indicators.html", "report.html"].map((path) => readFileSync(path, "utf8")).join("\n");
const code = [...sources("src"), page].join("\n");

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
    const asked = [...page.matchAll(/data-i18n(?:-\w+)?="([^"]+)"/g)].map((match) => match[1]!);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((key) => !isKey(key))).toEqual([]);
  });

  it("hold no key that nothing asks for", () => {
    const made = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map((match) => match[1]!);
    const used = (key: string): boolean => code.includes(`"${key}"`) || made.some((start) => key.startsWith(start));
    expect(keys.filter((key) => !used(key))).toEqual([]);
  });

  it("are what the page shows before the program runs", () => {
    for (const [, key, text] of page.matchAll(/data-i18n="([^"]+)"[^>]*>([^<]+)</g)) expect(zh[key as Key]).toBe(text);
  });
});

describe("fill", () => {
  it("puts values into their places and leaves unknown places alone", () => {
    expect(fill("{n} of {all}, {x}", { n: 3, all: "七" })).toBe("3 of 七, {x}");
  });
});
