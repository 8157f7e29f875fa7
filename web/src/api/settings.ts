/** What the city has set for a place. */
import { getJson, sendJson } from "./client";

/** By the kind of unit: how many households it should have. */
export type SizeBounds = Readonly<Record<string, { readonly min: number; readonly max: number }>>;

interface Settings {
  readonly settings: readonly { readonly key: string; readonly value: { readonly min: number; readonly max: number } }[];
}

export async function getSizeBounds(scope: string): Promise<SizeBounds> {
  const { settings } = await getJson<Settings>("/api/v1/settings", { scope: scope.length < 6 ? "" : scope });
  const sizes = settings.filter(({ key }) => key.startsWith("size."));
  return Object.fromEntries(sizes.map(({ key, value }) => [key.slice("size.".length), value]));
}

/** One setting of the whole city. */
export async function getSetting<T>(wanted: string): Promise<T | undefined> {
  const { settings } = await getJson<{ readonly settings: readonly { readonly key: string; readonly value: T }[] }>("/api/v1/settings");
  return settings.find(({ key }) => key === wanted)?.value;
}

/** A setting as it holds at a place. */
export interface PlaceSetting {
  readonly key: string;
  readonly value: unknown;
  /** Where the value is from; empty is the city, null the default of the product. */
  readonly set_for: string | null;
}

/** The whole city is no scope of its own. */
const settingScope = (code: string): string => (code.length < 6 ? "" : code);

export const getPlaceSettings = async (scope: string, signal?: AbortSignal): Promise<readonly PlaceSetting[]> =>
  (await getJson<{ readonly settings: readonly PlaceSetting[] }>("/api/v1/settings", { scope: settingScope(scope) }, signal)).settings;

/** From now on; null takes back what is set for the scope. */
export const putSetting = (key: string, value: unknown, scope: string, csrf: string | null): Promise<unknown> =>
  sendJson({ method: "PUT", path: `/api/v1/settings/${encodeURIComponent(key)}`, body: { value, scope: settingScope(scope) }, csrf });
