/** The position of a report: the phone's own, or a place of the small map, on which either is seen. */
import type { Meta } from "../../api/types";
import { length } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { MapView } from "../../map/mapView";
import { formatPoint } from "../../model/coordinates";
import type { ReportPoint } from "../../report/entry";
import { Locator } from "../../report/locating";
import { BROWSER_CLOCK } from "../../workbench/clock";
import { h } from "../dom";
import { button } from "../workbench/parts";

const CLOSE_ZOOM = 17;
/** Beyond it a person should look at the map. */
const ROUGH_M = 50;

export class PlaceBox {
  readonly element: HTMLElement;
  private readonly locator: Locator;
  private readonly told = h("p", { id: "report-place", class: "place", "aria-live": "polite" });
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "place-error" });
  private readonly ask: HTMLButtonElement;
  private readonly mapBox = h("div", { class: "map-box small-map" });
  private map: MapView | null = null;
  private point: ReportPoint | null = null;
  /** Whether the position that comes next is the first of those that were asked for. */
  private isFirst = true;

  constructor(private readonly changed: () => void) {
    this.locator = new Locator(BROWSER_CLOCK, (point) => {
      this.put(point, this.isFirst);
      this.isFirst = false;
    });
    this.locator.state.subscribe(() => this.tell());
    this.ask = button(t("rp.locate"), () => this.locate(), { icon: "fly", id: "locate", strong: true });
    this.element = h("fieldset", { class: "field" }, h("legend", {}, t("rp.place")), this.ask, this.told, this.failed, h("p", { class: "muted" }, t("rp.placeHint")), this.mapBox);
    this.tell();
  }

  /** The map needs the city and a place in the page. */
  setCity(meta: Meta): void {
    if (this.map) return;
    const frame = h("div", { id: "map", role: "application", tabindex: "0", "aria-label": t("rp.mapLabel"), "data-i18n-label": "rp.mapLabel" });
    this.mapBox.replaceChildren(frame, h("div", { class: "crosshair", "aria-hidden": "true" }));
    this.map = new MapView(frame, meta.city.bbox, meta.home, {
      placeChosen: (lon, lat) => this.pointAt(lon, lat),
      incidentChosen: () => undefined,
      hovered: () => undefined,
      moved: () => undefined,
      settled: (failures) => (document.documentElement.dataset["tiles"] = failures === 0 ? "ready" : "failed"),
    });
    if (meta.synthetic) this.map.attribute(t("map.source"));
    if (this.point) this.mark(this.point, true);
  }

  get(): ReportPoint | null {
    return this.point;
  }

  set(point: ReportPoint | null): void {
    this.locator.stop();
    this.point = point;
    if (point) this.mark(point, true);
    else this.map?.outline(null, null);
    this.tell();
  }

  /** A place that is held stays until a new position has come: it may never come. */
  locate(): void {
    this.isFirst = true;
    this.locator.start();
  }

  stop(): void {
    this.locator.stop();
  }

  leave(): void {
    this.locator.stop();
    this.map?.remove();
  }

  focus(): void {
    this.ask.focus();
  }

  private pointAt(lon: number, lat: number): void {
    this.locator.stop();
    this.put({ lon, lat, datum: "cgcs2000", accuracyM: null }, false);
  }

  private put(point: ReportPoint, go: boolean): void {
    this.point = point;
    this.mark(point, go);
    this.tell();
    this.changed();
  }

  private mark(point: ReportPoint, go: boolean): void {
    this.map?.outline(null, point, point.accuracyM);
    if (go) this.map?.goTo(point.lon, point.lat, CLOSE_ZOOM);
  }

  private tell(): void {
    const state = this.locator.state.get();
    this.element.dataset["locating"] = state.kind;
    this.failed.textContent = state.kind === "failed" ? t(`rp.locate.${state.why}`) : "";
    this.told.textContent = this.words(state.kind === "asking");
  }

  private words(isAsking: boolean): string {
    const { point } = this;
    if (point === null) return t(isAsking ? "rp.locating" : "rp.placeNone");
    const how = point.accuracyM === null ? t("rp.placeMap") : t("rp.placeGps", { accuracy: length(point.accuracyM) });
    const rough = point.accuracyM !== null && point.accuracyM > ROUGH_M ? ` ${t("rp.placeRough")}` : "";
    return `${formatPoint(point.lon, point.lat)} · ${how}${rough}${isAsking ? ` ${t("rp.locating")}` : ""}`;
  }
}
