/** Loads what the map shows of incidents: counts while far, each incident while near. */
import { getHeat, getIncidents, type IncidentQuery } from "../api/endpoints";
import type { Heat, IncidentCollection, Meta } from "../api/types";
import { integer } from "../i18n/format";
import { t } from "../i18n/i18n";
import type { MapView } from "../map/mapView";
import { incidentsAsPoints } from "../model/bands";
import { classLimits } from "../model/breaks";
import { instants } from "../model/period";
import { chosenRange, rangeIsUsable } from "./filters";
import { Latest } from "./problems";
import { filters, incidentView, type IncidentView } from "./state";
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
  }

  /** The filters as the server wants them; null while the dates cannot be used. */
  query(): IncidentQuery | null {
    const chosen = filters.get();
    if (!rangeIsUsable(chosen)) return null;
    return { ...instants(chosenRange(chosen, this.meta)), family: chosen.family, matter: chosen.matter };
  }

  /** A moving map asks once it has rested for a moment. */
  loadSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), PAUSE_MS);
  }

  load(): void {
    const query = this.query();
    if (!filters.get().shown || !query) {
      this.latest.cancel();
      return this.put({ kind: query ? "off" : "bad_range" });
    }
    const { bbox, zoom } = this.map.view();
    incidentView.set({ kind: "loading" });
    const failed = (error: unknown): void => this.put({ kind: "failed", error });
    if (incidentsAsPoints(zoom)) {
      void this.latest.run((signal) => getIncidents(bbox, query, MOST_POINTS, signal), (answer) => this.near(answer), failed);
    } else {
      void this.latest.run((signal) => getHeat(bbox, zoom, query, signal), (answer) => this.far(answer), failed);
    }
  }

  private near({ features, total, truncated }: IncidentCollection): void {
    this.put({ kind: "points", incidents: features, total, truncated });
  }

  private far(heat: Heat): void {
    this.put({ kind: "heat", heat, limits: classLimits(heat.bins.map(([, , count]) => count)) });
  }

  private put(view: IncidentView): void {
    this.draw(view);
    incidentView.set(view);
    if (view.kind === "points") tellTotal(view.total);
    if (view.kind === "heat") tellTotal(view.heat.total);
  }

  private draw(view: IncidentView): void {
    this.map.showPoints(view.kind === "points" ? view.incidents : []);
    const heat = view.kind === "heat" ? view : null;
    this.map.showHeat(heat?.heat ?? null, heat?.limits ?? [], filters.get().look);
  }
}

function tellTotal(total: number): void {
  say("incidents", () => t("status.incidents", { n: integer(total) }));
}
