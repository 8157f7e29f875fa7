/** What the page shows at present. */
import type { Heat, IncidentFeature, Located, UnitFeature } from "../api/types";
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
  readonly look: HeatStyle;
}

export type IncidentView =
  | { readonly kind: "off" }
  | { readonly kind: "bad_range" }
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "heat"; readonly heat: Heat; readonly limits: readonly number[] }
  | { readonly kind: "points"; readonly incidents: readonly IncidentFeature[]; readonly total: number; readonly truncated: boolean };

export const selection = signal<Selection>({ kind: "none" });
export const incidentView = signal<IncidentView>({ kind: "off" });
export const filters = signal<Filters>({
  shown: true,
  preset: "30",
  range: { first: null, last: null },
  family: "",
  matter: "",
  look: "squares",
});
