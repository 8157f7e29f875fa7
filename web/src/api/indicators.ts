/** Indicators of how incidents are dealt with, and the incidents behind each number. */
import { address, getJson, type Query } from "./client";

const API = "/api/v1/indicators";

export type Side = "numerator" | "denominator";

export interface IndicatorValue {
  /** Null where nothing is counted in the denominator. */
  readonly value: number | null;
  readonly numerator: number;
  readonly denominator: number;
}

export interface IndicatorRow {
  readonly code: string | null;
  readonly name_zh: string | null;
  readonly name_en: string | null;
  readonly values: Readonly<Record<string, IndicatorValue>>;
}

export interface Meaning {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly unit: "share" | "hours";
  readonly numerator_zh: string;
  readonly numerator_en: string;
  readonly denominator_zh: string;
  readonly denominator_en: string;
}

export interface IndicatorTable {
  readonly by: string;
  readonly made_at: string;
  readonly indicators: readonly Meaning[];
  readonly rows: readonly IndicatorRow[];
  readonly total: IndicatorRow;
}

export interface CountedIncident {
  readonly no: string;
  readonly matter_zh: string;
  readonly matter_en: string;
  readonly state: string;
  readonly urgent: boolean;
  readonly reported_at: string;
  readonly due_at: string | null;
  readonly closed_at: string | null;
  readonly grid_code: string | null;
  readonly hours: number | null;
}

export interface CountedIncidents {
  readonly total: number;
  readonly incidents: readonly CountedIncident[];
  readonly next: string | null;
}

export const getIndicators = (query: Query, signal?: AbortSignal): Promise<IndicatorTable> => getJson(API, query, signal);

export const listBehind = (query: Query, signal?: AbortSignal): Promise<CountedIncidents> => getJson(`${API}/list`, query, signal);

export const workbookAddress = (query: Query): string => address(`${API}.xlsx`, query);
