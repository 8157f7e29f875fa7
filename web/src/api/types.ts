/** What the HTTP interface answers (prefix /api/v1). */
import type { Feature, FeatureCollection, MultiPolygon, Point, Polygon } from "geojson";
import type { Level } from "../model/codes";
import type { SizeRule } from "../model/size";

export interface Unit {
  readonly code: string;
  readonly level: Level;
  readonly name: string;
  readonly kind?: string | null;
  readonly households?: number | null;
}

/** A code of a table that the city keeps, and what it is called. */
export interface NamedCode {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
}

export interface Matter extends NamedCode {
  readonly family: string;
  readonly urgent: boolean;
}

type Bbox = readonly [number, number, number, number];

export interface Meta {
  readonly city: { readonly code: string; readonly name: string; readonly bbox: Bbox };
  /** The land that is divided into grids. */
  readonly home: Bbox;
  readonly counts: Readonly<Record<string, number>>;
  readonly synthetic: boolean;
  readonly incident_period: { readonly from: string | null; readonly to: string | null } | null;
  readonly families: readonly NamedCode[];
  /** Those in force, of which a change set names one. */
  readonly change_reasons: readonly NamedCode[];
  readonly matters: readonly Matter[];
  readonly version: string;
  /** An outside base map through the server's own proxy; null where none is set up. */
  readonly base_map: BaseMap | null;
}

export interface BaseMap {
  readonly layers: readonly string[];
  readonly attribution: string;
  readonly min_zoom: number;
  readonly max_zoom: number;
}

export interface Located {
  readonly lon: number;
  readonly lat: number;
  readonly grid: Unit | null;
  readonly micro_grid: Unit | null;
  readonly village: Unit | null;
  readonly town: Unit | null;
  readonly county: Unit | null;
  readonly on_border: boolean;
  readonly also: readonly Unit[];
  readonly distance_m: number;
  readonly nearest: Unit | null;
}

export interface Neighbour {
  readonly code: string;
  readonly name: string;
  readonly shared_border_m: number;
}

export interface UnitProperties extends Unit {
  readonly area_m2: number;
  readonly source: string;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly change_set_id: number | null;
  readonly path: readonly Unit[];
  readonly neighbours: readonly Neighbour[];
  readonly children: { readonly level: Level | null; readonly count: number } | null;
  readonly size_rule: SizeRule | null;
  readonly incidents_30d: number | null;
}

export type UnitFeature = Feature<Polygon | MultiPolygon, UnitProperties>;

export interface SearchResult {
  readonly type: Level | "place" | "road" | "door" | "community" | "building" | "poi";
  readonly code: string | null;
  readonly name: string;
  readonly path: string;
  readonly lon: number;
  readonly lat: number;
  readonly bbox: [number, number, number, number] | null;
}

export interface IncidentProperties {
  readonly no: string;
  readonly matter: string;
  readonly family: string;
  readonly state: string;
  readonly reported_at: string;
  readonly grid_code: string | null;
  readonly on_border: boolean;
  readonly distance_m: number | null;
}

export type IncidentFeature = Feature<Point, IncidentProperties>;

export interface IncidentCollection extends FeatureCollection<Point, IncidentProperties> {
  readonly total: number;
  readonly truncated: boolean;
}

export interface Heat {
  readonly zoom: number;
  readonly cell_px: number;
  readonly bins: readonly [number, number, number][];
  readonly total: number;
  readonly max: number;
  /** Column, row, count, count of the period compared with, difference and ratio. */
  readonly compared?: readonly (readonly [number, number, number, number, number, number | null])[];
  readonly before?: number;
  /** For the public: begin of the first whole month counted, and end of the last. */
  readonly months?: readonly [string, string];
  /** For the public: incidents in the city that are only told at a lower zoom. */
  readonly coarser?: number;
}

export interface HeatUnit {
  readonly code: string;
  readonly name: string;
  readonly count: number;
  readonly households: number | null;
  /** Incidents per 1,000 households; null where these are not known. */
  readonly rate: number | null;
  readonly before?: number;
  readonly difference?: number;
  readonly ratio?: number | null;
}

export type HeatLevel = "grid" | "village" | "town" | "county";

export interface HeatUnits {
  readonly by: HeatLevel;
  readonly units: readonly HeatUnit[];
  readonly total: number;
  readonly elsewhere: number;
  readonly max: number;
  readonly before: number | null;
}

export type HeatStep = "hour" | "day" | "week";

export interface HeatSeries {
  readonly step: HeatStep;
  readonly first: string;
  readonly counts: readonly number[];
  readonly total: number;
  readonly max: number;
}

export interface HotGrid extends HeatUnit {
  readonly lon: number;
  readonly lat: number;
  readonly bbox: readonly [number, number, number, number];
}
