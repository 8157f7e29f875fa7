/** The code tables that the city owns, its settings by place, and its calendar. */
import { getJson, sendJson } from "./client";

export const TABLES = ["exclusive_kind", "change_reason", "matter_family"] as const;
export type TableName = (typeof TABLES)[number];

export interface Entry {
  readonly code: string;
  readonly name: string;
  readonly name_en: string;
  /** Of a kind of exclusive grid `department` and `standard`. */
  readonly detail: Readonly<Record<string, string>>;
  /** It came with the product and nobody has said otherwise. */
  readonly default: boolean;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly set_by: string | null;
}

export type Change = Omit<Entry, "default"> & { readonly recorded_at: string };

export interface EntryWish {
  readonly name: string;
  readonly name_en: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly from: string | null;
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export interface SizeSetting {
  readonly key: string;
  readonly value: Bounds;
  /** Where it is from; empty is the city, null the default of the product. */
  readonly set_for: string | null;
  readonly valid_from: string | null;
  readonly set_by: string | null;
}

export interface StoredSetting {
  readonly key: string;
  readonly scope: string;
  readonly value: unknown;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly set_by: string | null;
}

export interface CalendarDay {
  readonly day: string;
  readonly is_workday: boolean;
  readonly supposed: boolean;
  readonly set_by_city: string | null;
  readonly set_from: string | null;
  readonly set_by: string | null;
}

/** What the city said of a day. */
export interface DayChange {
  readonly day: string;
  readonly is_workday: boolean;
  readonly name: string;
  readonly set_by: string | null;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly recorded_at: string;
}

export interface GridKind {
  readonly exclusive_kind: { readonly code: string; readonly name: string; readonly name_en: string } | null;
  readonly valid_from: string | null;
  readonly set_by: string | null;
}

const CODES = "/api/v1/code-tables";
const SIZES = /^size\./;

export interface Department {
  readonly code: string;
  readonly name: string;
  readonly name_en: string;
}

export interface CodeTables {
  readonly tables: readonly { readonly table: TableName; readonly entries: readonly Entry[] }[];
  readonly departments: readonly Department[];
}

export const getTables = (at: string | null, signal?: AbortSignal): Promise<CodeTables> => getJson(CODES, { at }, signal);

export function entriesIn({ tables }: CodeTables, wanted: TableName): readonly Entry[] {
  return tables.find(({ table }) => table === wanted)?.entries ?? [];
}

export const getChanges = async (table: TableName, signal?: AbortSignal): Promise<readonly Change[]> =>
  (await getJson<{ changes: readonly Change[] }>(`${CODES}/${table}/history`, {}, signal)).changes;

const entryPath = (table: TableName, code: string): string => `${CODES}/${table}/${encodeURIComponent(code)}`;

export const putEntry = (table: TableName, code: string, wish: EntryWish, csrf: string | null): Promise<unknown> =>
  sendJson({ method: "PUT", path: entryPath(table, code), body: wish, csrf });

export const endEntry = (table: TableName, code: string, from: string | null, csrf: string | null): Promise<unknown> =>
  sendJson({ method: "DELETE", path: entryPath(table, code), query: { from }, csrf });

interface Settings {
  readonly settings: readonly SizeSetting[];
  readonly stored: readonly StoredSetting[];
}

/** What holds at a place, and what is set there and inside, then or for later. */
export async function getSizes(scope: string, signal?: AbortSignal): Promise<Settings> {
  const { settings, stored } = await getJson<Settings>("/api/v1/settings", { scope }, signal);
  return { settings: settings.filter(({ key }) => SIZES.test(key)), stored: stored.filter(({ key }) => SIZES.test(key)) };
}

/** Null takes back what is set for the place. */
export const putSize = (key: string, scope: string, value: Bounds | null, from: string | null, csrf: string | null): Promise<unknown> =>
  sendJson({ method: "PUT", path: `/api/v1/settings/${key}`, body: { value, scope, from }, csrf });

export const getCalendar = async (from: string, to: string, signal?: AbortSignal): Promise<readonly CalendarDay[]> =>
  (await getJson<{ days: readonly CalendarDay[] }>("/api/v1/calendar", { from, to }, signal)).days;

export const putDay = (day: string, is_workday: boolean | null, name: string, csrf: string | null): Promise<unknown> =>
  sendJson({ method: "PUT", path: "/api/v1/calendar", body: { days: [{ day, is_workday, name }] }, csrf });

export const getDayChanges = async (from: string, to: string, signal?: AbortSignal): Promise<readonly DayChange[]> =>
  (await getJson<{ changes: readonly DayChange[] }>("/api/v1/calendar/history", { from, to }, signal)).changes;

const kindPath = (grid: string): string => `/api/v1/grids/${encodeURIComponent(grid)}/exclusive-kind`;

/** Of which kind an exclusive grid is. */
export const getGridKind = (grid: string, signal?: AbortSignal): Promise<GridKind> => getJson(kindPath(grid), {}, signal);

/** Null takes back what was said. */
export const putGridKind = (grid: string, kind: string | null, from: string | null, csrf: string | null): Promise<unknown> =>
  sendJson({ method: "PUT", path: kindPath(grid), body: { kind, from }, csrf });
