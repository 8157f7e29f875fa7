/** Loads what the map shows of incidents: counts while far or by unit, each incident while near. */
import { Problem } from "../api/client";
import { getHeat, getHeatUnits, getIncidents, type HeatQuery, type IncidentQuery } from "../api/endpoints";
import type { Heat, HeatUnits, IncidentCollection, Meta } from "../api/types";
import { integer } from "../i18n/format";
import { t } from "../i18n/i18n";
import type { MapView } from "../map/mapView";
import { LAYER_OF_LEVEL } from "../map/units";
import { bandAt, incidentsAsPoints } from "../model/bands";
import { classIndex, classLimits, rateLimits } from "../model/breaks";
import { changeColour, changeLimits } from "../model/change";
import { cividis } from "../model/colours";
import { instants, sameStretch } from "../model/period";
import { againstRange, chosenRange, rangeIsUsable } from "./filters";
import { NONE_COLOUR, UNKNOWN_COLOUR } from "./heat/legend";
import { Latest } from "./problems";
import { filters, incidentView, isPlaying, moment, publicOnly, type IncidentView } from "./state";
import { say } from "./status";

/** As many as the server gives in one answer; more are told of, not silently left out. */
const MOST_POINTS = 5000;
const PAUSE_MS = 120;

export class Incidents {
  private readonly latest = new Latest();
  private timer = 0;

  constructor(
    private readonly map: MapView,
    private readonly meta: Meta,
  ) {
    filters.subscribe(() => this.load());
    moment.subscribe(() => this.load());
    isPlaying.subscribe((playing) => playing || tellView(incidentView.get()));
  }

  /** The filters as the server wants them, of the whole period; null while the dates cannot be used. */
  period(): IncidentQuery | null {
    const chosen = filters.get();
    if (!rangeIsUsable(chosen)) return null;
    const range = instants(chosenRange(chosen, this.meta));
    return publicOnly.get() ? range : { ...range, family: chosen.family, matter: chosen.matter, state: chosen.state };
  }

  /** The same of the stretch of time that the slider stands on. */
  query(): IncidentQuery | null {
    const query = this.period();
    return query && { ...query, ...moment.get() };
  }

  /** With what is compared and how it is counted; also of the files. */
  heatQuery(): HeatQuery | null {
    const query = this.query();
    if (!query) return null;
    const { look, level, compare } = filters.get();
    const against = compare ? sameStretch(this.period() ?? {}, instants(againstRange(filters.get(), this.meta)), moment.get()) : {};
    return {
      ...query,
      ...(look === "units" && !publicOnly.get() ? { by: level } : {}),
      ...(against.from ? { against_from: against.from } : {}),
      ...(against.to ? { against_to: against.to } : {}),
    };
  }

  /** A moving map asks once it has rested for a moment. */
  loadSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), PAUSE_MS);
  }

  load(): void {
    const query = this.heatQuery();
    if (!filters.get().shown || !query) {
      this.latest.cancel();
      return this.put({ kind: query ? "off" : "bad_range" });
    }
    const { bbox, zoom } = this.map.view();
    incidentView.set({ kind: "loading" });
    const failed = (error: unknown): void => this.failed(error);
    if (query.by) {
      void this.latest.run((signal) => getHeatUnits(bbox, zoom, query, signal), (answer) => this.units(answer), failed);
    } else if (this.asPoints(zoom, query)) {
      void this.latest.run((signal) => getIncidents(bbox, query, MOST_POINTS, signal), (answer) => this.near(answer), failed);
    } else {
      void this.latest.run((signal) => getHeat(bbox, zoom, query, signal), (answer) => this.far(answer), failed);
    }
  }

  private asPoints(zoom: number, query: HeatQuery): boolean {
    return incidentsAsPoints(zoom) && !publicOnly.get() && !query.against_from && !query.against_to;
  }

  /** Whoever may not read incidents still sees what the public is told. */
  private failed(error: unknown): void {
    const barred = error instanceof Problem && (error.status === 401 || error.status === 403);
    if (!barred || publicOnly.get()) return this.put({ kind: "failed", error });
    publicOnly.set(true);
    this.load();
  }

  private near({ features, total, truncated }: IncidentCollection): void {
    this.put({ kind: "points", incidents: features, total, truncated });
  }

  private far(heat: Heat): void {
    if (heat.months && !publicOnly.get()) publicOnly.set(true);
    this.put({ kind: "heat", heat, limits: classLimits(heat.bins.map(([, , count]) => count)) });
  }

  private units(units: HeatUnits): void {
    const byRate = filters.get().measure === "rate";
    const values = new Map(units.units.map((one): [string, number | null] => [one.code, byRate ? one.rate : one.count]));
    const some = [...values.values()].filter((value): value is number => value !== null && value > 0);
    const drawn = bandAt(this.map.view().zoom).borders.includes(LAYER_OF_LEVEL[units.by]);
    this.put({ kind: "units", units, values, limits: byRate ? rateLimits(some) : classLimits(some), drawn });
  }

  private put(view: IncidentView): void {
    this.draw(view);
    incidentView.set(view);
    if (isPlaying.get()) return; // the film would talk without a pause; it is told where it stops
    tellView(view);
  }

  private draw(view: IncidentView): void {
    this.map.showPoints(view.kind === "points" ? view.incidents : []);
    const heat = view.kind === "heat" ? view : null;
    this.map.showHeat(heat?.heat ?? null, heat?.limits ?? [], filters.get().look);
    this.map.showUnits(filters.get().level, view.kind === "units" ? unitColours(view) : new Map());
  }
}

function unitColours({ units, values, limits }: Extract<IncidentView, { kind: "units" }>): Map<string, string> {
  if (units.before !== null) {
    const steps = changeLimits(units.units.map((one) => one.difference ?? 0));
    return new Map(units.units.map((one) => [one.code, changeColour(steps, one.difference ?? 0)]));
  }
  const colours = cividis(limits.length);
  const colour = (value: number | null): string =>
    value === null ? UNKNOWN_COLOUR : value === 0 ? NONE_COLOUR : colours[Math.max(classIndex(limits, value), 0)]!;
  return new Map([...values].map(([code, value]) => [code, colour(value)]));
}

function tellView(view: IncidentView): void {
  if (view.kind === "points") tellTotal(view.total);
  if (view.kind === "heat") tellTotal(view.heat.total);
  if (view.kind === "units") tellTotal(view.units.total);
}

function tellTotal(total: number): void {
  say("incidents", () => t("status.incidents", { n: integer(total) }));
}
