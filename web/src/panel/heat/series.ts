/** Steps of time for the slider: how long, how many, and what they are called. */
import type { HeatSeries, HeatStep } from "../../api/types";
import type { Moment } from "../state";

const HOUR_MS = 3_600_000;
export const STEP_MS: Readonly<Record<HeatStep, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS };
const MOST_STEPS = 130;

/** The shortest step of which not too many make up a period; weeks for an open one. */
export function stepFor(from: string | undefined, to: string | undefined): HeatStep {
  if (!from || !to) return "week";
  const length = Date.parse(to) - Date.parse(from);
  if (length <= MOST_STEPS * STEP_MS.hour) return "hour";
  return length <= MOST_STEPS * STEP_MS.day ? "day" : "week";
}

/** One step of a series, cut to the period asked for. */
export function momentAt(series: HeatSeries, index: number, period: { from?: string; to?: string }): Moment {
  const begin = Date.parse(series.first) + index * STEP_MS[series.step];
  const end = begin + STEP_MS[series.step];
  const from = period.from ? Math.max(begin, Date.parse(period.from)) : begin;
  const to = period.to ? Math.min(end, Date.parse(period.to)) : end;
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
