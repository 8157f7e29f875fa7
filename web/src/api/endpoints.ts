/** One function for each route that the page asks. */
import { address, getJson, type Query } from "./client";
import type { Heat, HeatLevel, HeatSeries, HeatStep, HeatUnits, HotGrid, IncidentCollection, Located, Meta, SearchResult, UnitFeature } from "./types";
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
  readonly state?: string;
}

/** What counts are compared with, and by what they are counted; nothing is cells, alone. */
export interface HeatQuery extends IncidentQuery {
  readonly by?: HeatLevel;
  readonly against_from?: string;
  readonly against_to?: string;
}

export function bboxText(bbox: Bbox): string {
  return bbox.map((value) => value.toFixed(6)).join(",");
}

function incidentQuery(bbox: Bbox, query: IncidentQuery): Query {
  return { bbox: bboxText(bbox), from: query.from, to: query.to, family: query.family, matter: query.matter, state: query.state };
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

function heatQuery(bbox: Bbox, zoom: number, { by, against_from, against_to, ...query }: HeatQuery): Query {
  return { ...incidentQuery(bbox, query), zoom, by, against_from, against_to };
}

export const getHeat = (bbox: Bbox, zoom: number, query: HeatQuery, signal?: AbortSignal): Promise<Heat> =>
  getJson(`${API}/heat`, heatQuery(bbox, zoom, query), signal);

export const getHeatUnits = (bbox: Bbox, zoom: number, query: HeatQuery, signal?: AbortSignal): Promise<HeatUnits> =>
  getJson(`${API}/heat`, heatQuery(bbox, zoom, query), signal);

export const getHeatSeries = (bbox: Bbox, step: HeatStep, query: IncidentQuery, signal?: AbortSignal): Promise<HeatSeries> =>
  getJson(`${API}/heat/series`, { ...incidentQuery(bbox, query), step }, signal);

export const getHotGrids = async (query: IncidentQuery, order: "count" | "rate", signal?: AbortSignal): Promise<readonly HotGrid[]> =>
  (await getJson<{ grids: readonly HotGrid[] }>(`${API}/heat/hot-grids`, { ...query, order, limit: 20 }, signal)).grids;

/** Where the table or the picture of the same numbers is. */
export const heatFile = (bbox: Bbox, zoom: number, query: HeatQuery, file: Query): string =>
  address(`${API}/heat/file`, { ...heatQuery(bbox, zoom, query), ...file });
