/** The language of the interface: Chinese unless the reader chose English; the choice is remembered. */
import { signal } from "../model/signal";
import { en } from "./en";
import { zh, type Key } from "./zh";

export type Language = "zh" | "en";
export type Values = Readonly<Record<string, string | number>>;
export const DICTIONARIES: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { zh, en };
export const HTML_LANG: Readonly<Record<Language, string>> = { zh: "zh-CN", en: "en" };

const STORE_KEY = "wangge.language";
export const language = signal<Language>("zh");

/** Puts values into the {names} of a text; of {name|one|many} the word that fits the number. */
export function fill(text: string, values: Values = {}): string {
  const chosen = text.replace(/\{(\w+)\|([^|{}]*)\|([^|{}]*)\}/g, (_, name: string, one: string, many: string) => (String(values[name]) === "1" ? one : many));
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

export function t(key: Key, values?: Values): string {
  return fill(DICTIONARIES[language.get()][key], values);
}

export function isKey(key: string): key is Key {
  return Object.prototype.hasOwnProperty.call(zh, key);
}

/** The text of a key made from data (a level, a state), or the data itself where no text is known. */
export function tOr(key: string, fallback: string): string {
  return isKey(key) ? t(key) : fallback;
}

export function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(STORE_KEY) === "en" ? "en" : "zh";
  } catch {
    return "zh"; // storage may be forbidden by policy; the page works without it
  }
}

export function chooseLanguage(next: Language): void {
  try {
    localStorage.setItem(STORE_KEY, next);
  } catch {
    // see rememberedLanguage
  }
  document.documentElement.lang = HTML_LANG[next];
  language.set(next);
}

/** A name that the data holds in both languages. */
export function named(thing: { readonly name_zh: string; readonly name_en: string }): string {
  return language.get() === "en" ? thing.name_en || thing.name_zh : thing.name_zh;
}
