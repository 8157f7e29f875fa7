/** Units as of a day: the register keeps every one. */
import { getJson } from "./client";
import { bboxText, type Bbox } from "./endpoints";
import type { Located, UnitFeature } from "./types";
import { collectionOf } from "../model/codes";

interface Units {
  readonly features: readonly UnitFeature[];
}

/** A day as the register left it in the evening; null is now. */
type Day = string | null;

export const getUnitAt = (code: string, at: Day, signal?: AbortSignal): Promise<UnitFeature> =>
  getJson(`/api/v1/${collectionOf(code)}/${encodeURIComponent(code)}`, { at }, signal);

export const locateAt = (lon: number, lat: number, at: Day, signal?: AbortSignal): Promise<Located> =>
  getJson("/api/v1/locate", { lon: lon.toFixed(7), lat: lat.toFixed(7), datum: "cgcs2000", at }, signal);

export const getCounties = async (at: Day, signal?: AbortSignal): Promise<readonly UnitFeature[]> =>
  (await getJson<Units>("/api/v1/jurisdictions", { level: "county", at }, signal)).features;

const MOST_AROUND = 500;

/** Grids or micro-grids that meet a box. */
export const getUnitsIn = async (level: "grid" | "micro_grid", bbox: Bbox, at: Day, signal?: AbortSignal): Promise<readonly UnitFeature[]> => {
  const path = level === "grid" ? "/api/v1/grids" : "/api/v1/micro-grids";
  return (await getJson<Units>(path, { bbox: bboxText(bbox), at, limit: MOST_AROUND }, signal)).features;
};
