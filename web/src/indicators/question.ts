/** What is asked of the indicators: the breakdown, the place, the family and the period; and how an address says it. */
import type { Query } from "../api/client";
import { instants, isDay, isUsable, shiftDay, type DayRange } from "../model/period";

export const PLACES = ["county", "town", "village", "grid"] as const;
export const BREAKDOWNS = [...PLACES, "department", "matter", "family", "day", "week", "month"] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];
export const PERIODS = ["month", "lastMonth", "week", "year", "custom"] as const;
export type PeriodName = (typeof PERIODS)[number];

export interface Question {
  readonly by: Breakdown;
  /** Code of a unit; empty for the whole of what one may see. */
  readonly within: string;
  readonly family: string;
  readonly period: PeriodName;
  /** Both days included; where the period is custom. */
  readonly range: DayRange;
}

export const FIRST: Question = { by: "county", within: "", family: "", period: "month", range: { first: null, last: null } };

const CODE_LENGTHS = [4, 6, 9, 12, 15];

/** The days of a period as of a day of the city. */
export function daysOf({ period, range }: Question, today: string): DayRange {
  const month = `${today.slice(0, 8)}01`;
  const before = shiftDay(month, -1);
  switch (period) {
    case "month":
      return { first: month, last: today };
    case "lastMonth":
      return { first: `${before.slice(0, 8)}01`, last: before };
    case "week":
      return { first: shiftDay(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7)), last: today };
    case "year":
      return { first: `${today.slice(0, 5)}01-01`, last: today };
    case "custom":
      return range;
  }
}

/** A question that can be asked; custom days may be half typed. */
export function isAskable({ period, range }: Question): boolean {
  return period !== "custom" || (range.first !== null && range.last !== null && isUsable(range));
}

export function queryOf(question: Question, today: string): Query {
  return { by: question.by, within: question.within, family: question.family, ...instants(daysOf(question, today)) };
}

/** The breakdown one level down in a unit; null where there is none. */
export function below(by: Breakdown): Breakdown | null {
  const place = (PLACES as readonly string[]).indexOf(by);
  return place === -1 ? null : (PLACES[place + 1] ?? null);
}

/** Codes of the units above a place and of itself, from the county on. */
export function wayTo(code: string): string[] {
  return CODE_LENGTHS.filter((length) => length >= 6 && length <= code.length).map((length) => code.slice(0, length));
}

export function readQuestion(hash: string): Question {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const one = <T extends string>(name: string, allowed: readonly T[], otherwise: T): T =>
    allowed.find((each) => each === said.get(name)) ?? otherwise;
  const day = (name: string): string | null => (isDay(said.get(name) ?? "") ? said.get(name) : null);
  const within = said.get("within") ?? "";
  return {
    by: one("by", BREAKDOWNS, FIRST.by),
    within: /^\d+$/.test(within) && CODE_LENGTHS.includes(within.length) ? within : "",
    family: /^[a-z_]{1,40}$/.test(said.get("family") ?? "") ? said.get("family")! : "",
    period: one("period", PERIODS, FIRST.period),
    range: { first: day("first"), last: day("last") },
  };
}

export function writeQuestion({ by, within, family, period, range }: Question): string {
  const dates = period === "custom" ? { first: range.first, last: range.last } : {};
  const said = Object.entries({ by, within, family, period, ...dates }).filter(([, value]) => value !== "" && value !== null);
  return `#${said.map(([name, value]) => `${name}=${value}`).join("&")}`;
}
