/** Periods of civil days in the city's time zone (+08:00, without summer time). */
export type PeriodPreset = "7" | "30" | "90" | "all" | "custom";
export const PRESETS: readonly PeriodPreset[] = ["7", "30", "90", "all", "custom"];

/** First and last civil day, both included, as YYYY-MM-DD; null is open. */
export interface DayRange {
  readonly first: string | null;
  readonly last: string | null;
}

const OFFSET = "+08:00";
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The civil day in the city at an instant given as RFC 3339 text or epoch milliseconds. */
export function cityDay(instant: string | number): string {
  return new Date(new Date(instant).getTime() + OFFSET_MS).toISOString().slice(0, 10);
}

export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The last day that has anything to show: today, or the end of the recorded incidents when that is earlier. */
export function anchorDay(today: string, recordedTo: string | null): string {
  if (recordedTo === null) return today;
  const last = cityDay(recordedTo);
  return last < today ? last : today;
}

export function presetRange(preset: Exclude<PeriodPreset, "custom">, anchor: string): DayRange {
  if (preset === "all") return { first: null, last: null };
  return { first: shiftDay(anchor, 1 - Number(preset)), last: anchor };
}

/** As many days, ending where a range begins; open where it is. */
export function periodBefore({ first, last }: DayRange): DayRange {
  if (first === null || last === null) return { first: null, last: null };
  const days = (Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / DAY_MS + 1;
  return { first: shiftDay(first, -days), last: shiftDay(first, -1) };
}

/** The range as instants for the HTTP interface: from the first day's midnight up to the midnight after the last day. */
export function instants(range: DayRange): { from?: string; to?: string } {
  const out: { from?: string; to?: string } = {};
  if (range.first) out.from = `${range.first}T00:00:00${OFFSET}`;
  if (range.last) out.to = `${shiftDay(range.last, 1)}T00:00:00${OFFSET}`;
  return out;
}

/**
 * The stretch of another period that a stretch of one is compared with: as far behind its begin and as long, cut at its end: nothing
 * where it is over by then. The whole of it for the whole, and where one of the two is open.
 */
export function sameStretch(
  whole: { readonly from?: string; readonly to?: string },
  other: { readonly from?: string; readonly to?: string },
  part: { readonly from: string; readonly to: string } | null,
): { from?: string; to?: string } {
  if (part === null || !whole.from || !other.from || !other.to) return other;
  const shift = Date.parse(other.from) - Date.parse(whole.from);
  const end = Date.parse(other.to);
  const moved = (instant: string): string => new Date(Math.min(Date.parse(instant) + shift, end)).toISOString();
  return Date.parse(part.from) + shift < end ? { from: moved(part.from), to: moved(part.to) } : {};
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

/** A custom range that can be asked for: two real days in order. */
export function isUsable(range: DayRange): boolean {
  const good = (day: string | null): boolean => day === null || isDay(day);
  if (!good(range.first) || !good(range.last)) return false;
  return range.first === null || range.last === null || range.first <= range.last;
}
