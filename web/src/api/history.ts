/** A unit through time, with its shapes, the oldest first. */
import type { MultiPolygon, Polygon } from "geojson";
import { getJson } from "./client";

export interface Relative {
  readonly code: string;
  readonly name: string;
  readonly area_m2: number;
  readonly households: number | null;
  readonly population: number | null;
}

export interface Stage {
  readonly version_id: number;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly name: string;
  readonly kind: string | null;
  readonly households: number | null;
  readonly population: number | null;
  readonly area_m2: number;
  readonly change_set_id: number;
  readonly filing: string | null;
  /** It only got nodes on its border, where a neighbour's border ends. */
  readonly technical: boolean;
  readonly came_from: readonly Relative[];
  readonly became: readonly Relative[];
  readonly geometry: Polygon | MultiPolygon | null;
}

export interface UnitHistory {
  readonly code: string;
  readonly level: string;
  readonly versions: readonly Stage[];
  readonly truncated: boolean;
}

export const getHistory = (code: string, signal?: AbortSignal): Promise<UnitHistory> =>
  getJson(`/api/v1/units/${encodeURIComponent(code)}/history`, {}, signal);
