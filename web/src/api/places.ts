/** What lies directly below a unit, by name; for choosing a place step by step. */
import { getJson } from "./client";
import type { UnitFeature } from "./types";
import { levelOf, type Level } from "../model/codes";

const BELOW: Readonly<Partial<Record<Level, Level>>> = { city: "county", county: "town", town: "village", village: "grid" };
const MOST = 500;

export interface Place {
  readonly code: string;
  readonly name: string;
}

/** Nothing for a grid. The empty code is the whole city. */
export async function placesBelow(code: string, signal?: AbortSignal): Promise<readonly Place[]> {
  const level = BELOW[levelOf(code) ?? "city"];
  if (level === undefined) return [];
  const of = level === "grid" ? { village: code } : { level, parent: code };
  const path = level === "grid" ? "/api/v1/grids" : "/api/v1/jurisdictions";
  const { features } = await getJson<{ features: readonly UnitFeature[] }>(path, { ...of, limit: MOST }, signal);
  return features.map(({ properties }) => ({ code: properties.code, name: properties.name }));
}
