/** What the city has set for a place. */
import { getJson } from "./client";

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
