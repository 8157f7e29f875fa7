/** What the page shows at present. */
import type { Heat, HeatLevel, HeatUnits, IncidentFeature, Located, UnitFeature } from "../api/types";
import type { HeatStyle } from "../model/smooth";
import type { DayRange, PeriodPreset } from "../model/period";
import { signal } from "../model/signal";

export type Selection =
  | { readonly kind: "none" }
  | { readonly kind: "loading" }
  | { readonly kind: "unit"; readonly feature: UnitFeature; readonly located: Located | null }
  | { readonly kind: "outside"; readonly located: Located }
  | { readonly kind: "incident"; readonly incident: IncidentFeature }
  | { readonly kind: "failed"; readonly error: unknown; readonly retry: () => void };

export interface Filters {
  readonly shown: boolean;
  readonly preset: PeriodPreset;
  readonly range: DayRange;
  readonly family: string;
  readonly matter: string;
  readonly state: string;
  readonly look: HeatStyle;
  readonly level: HeatLevel;
  readonly measure: "count" | "rate";
  readonly compare: boolean;
  readonly against: DayRange;
}

/** The stretch of time that the slider stands on, as instants; null is the whole period. */
export interface Moment {
  readonly from: string;
  readonly to: string;
}

export type IncidentView =
  | { readonly kind: "off" }
  | { readonly kind: "bad_range" }
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "heat"; readonly heat: Heat; readonly limits: readonly number[] }
  | { readonly kind: "units"; readonly units: HeatUnits; readonly values: ReadonlyMap<string, number | null>; readonly limits: readonly number[]; readonly drawn: boolean }
  | { readonly kind: "points"; readonly incidents: readonly IncidentFeature[]; readonly total: number; readonly truncated: boolean };

export const selection = signal<Selection>({ kind: "none" });
export const incidentView = signal<IncidentView>({ kind: "off" });
export const filters = signal<Filters>({
  shown: true,
  preset: "30",
  range: { first: null, last: null },
  family: "",
  matter: "",
  state: "",
  look: "squares",
  level: "grid",
  measure: "rate",
  compare: false,
  against: { first: null, last: null },
});
export const moment = signal<Moment | null>(null);
/** Whether the time slider runs by itself. */
export const isPlaying = signal<boolean>(false);
/** Whoever asks is told of whole months and groups of five and more alone. */
export const publicOnly = signal<boolean>(false);
