/** Choosing a place, a unit or an incident: asks the server, then sets the selection. */
import { getUnit, locate } from "../api/endpoints";
import type { IncidentFeature, Located, SearchResult, UnitFeature } from "../api/types";
import { t } from "../i18n/i18n";
import type { MapView } from "../map/mapView";
import { MIN_ZOOM } from "../model/bands";
import type { Datum } from "../model/coordinates";
import { zoomThatShows } from "../model/mercator";
import { Latest } from "./problems";
import { selection, type Selection } from "./state";
import { say } from "./status";
import { expandPanel, openTab, tab } from "./tabs";

const POINT_ZOOM = 15;
/** On a phone as well the nearest grid then lies within the map. */
const OUTSIDE_REACH_PX = 130;

interface Answer {
  readonly feature: UnitFeature | null;
  readonly located: Located | null;
}

export class Chooser {
  private readonly latest = new Latest();

  constructor(private readonly map: MapView) {}

  /** The grid at a place. `fly` moves the map there, for places that were typed rather than clicked. */
  point(lon: number, lat: number, datum: Datum, fly = false): void {
    this.ask((signal) => gridAt(lon, lat, datum, signal), fly, () => this.point(lon, lat, datum, fly));
  }

  /** A unit by its code. The list stays open when the choice was made there. */
  unit(code: string, fly = true): void {
    const load = async (signal: AbortSignal): Promise<Answer> => ({ feature: await getUnit(code, signal), located: null });
    this.ask(load, fly, () => this.unit(code, fly));
  }

  result(result: SearchResult): void {
    if (result.code) this.unit(result.code);
    else this.point(result.lon, result.lat, "cgcs2000", true);
  }

  incident(incident: IncidentFeature): void {
    this.latest.cancel();
    this.map.outline(null, null);
    this.put({ kind: "incident", incident });
  }

  clear(): void {
    this.latest.cancel();
    this.map.outline(null, null);
    selection.set({ kind: "none" });
  }

  private ask(load: (signal: AbortSignal) => Promise<Answer>, fly: boolean, retry: () => void): void {
    this.put({ kind: "loading" });
    void this.latest.run(
      load,
      (answer) => this.show(answer, fly),
      (error) => this.fail(error, retry),
    );
  }

  private fail(error: unknown, retry: () => void): void {
    this.map.outline(null, null);
    this.put({ kind: "failed", error, retry });
  }

  private show({ feature, located }: Answer, fly: boolean): void {
    this.map.outline(feature, located);
    if (fly && located) this.map.goTo(located.lon, located.lat, this.zoomFor(located));
    else if (fly && feature) this.map.reveal(feature);
    if (feature) this.put({ kind: "unit", feature, located });
    else if (located) this.put({ kind: "outside", located });
    announce(feature);
  }

  /** Close for a place in a grid; for one outside, far enough away to see the nearest grid. */
  private zoomFor({ grid, distance_m, lat }: Located): number {
    if (grid) return Math.max(this.map.view().zoom, POINT_ZOOM);
    return Math.min(Math.max(zoomThatShows(distance_m, lat, OUTSIDE_REACH_PX), MIN_ZOOM), POINT_ZOOM);
  }

  private put(next: Selection): void {
    selection.set(next);
    this.map.chooseIncident(next.kind === "incident" ? next.incident.properties.no : null);
    if (tab.get() !== "list") openTab("place");
    else expandPanel(true);
  }
}

async function gridAt(lon: number, lat: number, datum: Datum, signal: AbortSignal): Promise<Answer> {
  const located = await locate(lon, lat, datum, signal);
  return { located, feature: located.grid ? await getUnit(located.grid.code, signal) : null };
}

function announce(feature: UnitFeature | null): void {
  if (!feature) return say("choice", () => t("status.outside"));
  const { level, name, code } = feature.properties;
  say("choice", () => t("status.selected", { level: t(`level.${level}`), name, code }));
}
