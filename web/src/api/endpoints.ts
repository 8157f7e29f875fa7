/** One function for each route that the page asks. */
import { getJson, type Query } from "./client";
import type { Heat, IncidentCollection, Located, Meta, SearchResult, UnitFeature } from "./types";
import { collectionOf } from "../model/codes";
import type { Datum } from "../model/coordinates";

const API = "/api/v1";

/** West, south, east, north in degrees. */
export type Bbox = readonly [number, number, number, number];

export interface IncidentQuery {
  readonly from?: string;
  readonly to?: string;
  readonly family?: string;
  readonly matter?: string;
}

export function bboxText(bbox: Bbox): string {
  return bbox.map((value) => value.toFixed(6)).join(",");
}

function incidentQuery(bbox: Bbox, query: IncidentQuery): Query {
  return { bbox: bboxText(bbox), from: query.from, to: query.to, family: query.family, matter: query.matter };
}

export const getMeta = (signal?: AbortSignal): Promise<Meta> => getJson(`${API}/meta`, {}, signal);

export const locate = (lon: number, lat: number, datum: Datum, signal?: AbortSignal): Promise<Located> =>
  getJson(`${API}/locate`, { lon: lon.toFixed(7), lat: lat.toFixed(7), datum }, signal);

export const getUnit = (code: string, signal?: AbortSignal): Promise<UnitFeature> =>
  getJson(`${API}/${collectionOf(code)}/${encodeURIComponent(code)}`, {}, signal);

export const search = async (q: string, signal?: AbortSignal): Promise<readonly SearchResult[]> =>
  (await getJson<{ results: readonly SearchResult[] }>(`${API}/search`, { q, limit: 10 }, signal)).results;

export const getIncidents = (
  bbox: Bbox,
  query: IncidentQuery,
  limit: number,
  signal?: AbortSignal,
): Promise<IncidentCollection> => getJson(`${API}/incidents`, { ...incidentQuery(bbox, query), limit }, signal);

export const getHeat = (bbox: Bbox, zoom: number, query: IncidentQuery, signal?: AbortSignal): Promise<Heat> =>
  getJson(`${API}/heat`, { ...incidentQuery(bbox, query), zoom }, signal);
