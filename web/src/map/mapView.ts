/** The map: its panes, layers, controls and gestures. Nothing outside this folder knows Leaflet. */
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import type { Bbox } from "../api/endpoints";
import type { Heat, HeatLevel, IncidentFeature, UnitFeature } from "../api/types";
import { t } from "../i18n/i18n";
import { MAX_ZOOM, MIN_ZOOM } from "../model/bands";
import { CoverageLayer } from "./coverage";
import type { Face } from "./decode";
import type { HeatStyle } from "../model/smooth";
import { HeatOverlay } from "./heat";
import { HighlightOverlay } from "./highlight";
import { LabelOverlay } from "./labels";
import { PointOverlay } from "./points";
import { UnitsOverlay } from "./units";
import { SelectionLayer, type Outlined } from "./selection";
import { homeControl } from "./homeControl";

export interface View {
  readonly bbox: Bbox;
  readonly zoom: number;
  readonly lon: number;
  readonly lat: number;
}

export interface MapEvents {
  readonly placeChosen: (lon: number, lat: number) => void;
  readonly incidentChosen: (incident: IncidentFeature) => void;
  readonly hovered: (face: Face | null) => void;
  readonly moved: (view: View) => void;
  /** All tiles of the view are in; `failures` of them could not be loaded. */
  readonly settled: (failures: number) => void;
}

/** Panes from bottom to top; the numbers are CSS z-indexes between Leaflet's tiles (200) and its pop-ups. */
const PANES: Readonly<Record<string, number>> = { hover: 350, heat: 360, labels: 410, points: 420 };

export class MapView {
  private readonly map: L.Map;
  private readonly coverage: CoverageLayer;
  private readonly highlight: HighlightOverlay;
  private readonly labels: LabelOverlay;
  private readonly points = new PointOverlay("points");
  private readonly heat = new HeatOverlay("heat");
  private readonly units: UnitsOverlay;
  private readonly selection = new SelectionLayer();
  private controls: L.Control[] = [];
  private source = "";
  private readonly resizing = new ResizeObserver(() => this.map.invalidateSize({ pan: false }));

  constructor(
    private readonly element: HTMLElement,
    private readonly cityBbox: Bbox,
    home: Bbox,
    private readonly events: MapEvents,
  ) {
    this.map = createMap(element, cityBbox);
    this.coverage = new CoverageLayer(
      (failures) => events.settled(failures),
      () => {
        this.labels.repaint();
        this.units.repaint();
      },
    );
    this.units = new UnitsOverlay("heat", this.coverage);
    this.highlight = new HighlightOverlay("hover", this.coverage);
    this.labels = new LabelOverlay("labels", this.coverage);
    this.show(home, false);
    for (const layer of [this.coverage, this.highlight, this.heat, this.units, this.selection, this.labels, this.points]) {
      this.map.addLayer(layer);
    }
    this.listen();
    this.translate();
  }

  private listen(): void {
    this.map.addEventListener("moveend", () => this.events.moved(this.view()));
    this.map.addEventListener("click", (event) => this.click((event as L.LeafletMouseEvent).latlng));
    this.map.addEventListener("mousemove", (event) => this.hover((event as L.LeafletMouseEvent).latlng));
    this.map.addEventListener("mouseout zoomstart", () => this.hover(null));
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === this.element) this.askCentre();
    });
    this.resizing.observe(this.element);
  }

  private click({ lng, lat }: L.LatLng): void {
    const incident = this.points.pick(lng, lat);
    if (incident) this.events.incidentChosen(incident);
    else this.events.placeChosen(lng, lat);
  }

  private hover(at: L.LatLng | null): void {
    const face = at ? this.coverage.faceAt(at.lng, at.lat, this.map.getZoom()) : null;
    this.highlight.show(face?.code ?? null);
    this.events.hovered(face);
  }

  private askCentre(): void {
    const { lng, lat } = this.map.getCenter();
    this.events.placeChosen(lng, lat);
  }

  view(): View {
    const bounds = this.map.getBounds();
    const centre = this.map.getCenter();
    const bbox: Bbox = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    return { bbox, zoom: this.map.getZoom(), lon: centre.lng, lat: centre.lat };
  }

  /** The units to list in the present view. */
  listed(): Face[] {
    return this.coverage.facesIn(this.map.getBounds(), this.map.getZoom());
  }

  goTo(lon: number, lat: number, zoom: number): void {
    this.map.setView([lat, lon], zoom);
  }

  fit([west, south, east, north]: Bbox): void {
    const bounds = new L.LatLngBounds([south, west], [north, east]);
    this.map.fitBounds(bounds, { padding: [48, 48], maxZoom: 16 });
  }

  /** Brings a unit's outline into view, unless enough of it is there already. */
  reveal(feature: UnitFeature): void {
    const bounds = new L.GeoJSON(feature).getBounds();
    const small = this.map.getBoundsZoom(bounds) - this.map.getZoom() > 3;
    if (small || !this.map.getBounds().contains(bounds)) this.map.fitBounds(bounds, { padding: [48, 48], maxZoom: 16 });
  }

  private show([west, south, east, north]: Bbox, animate: boolean): void {
    const bounds = new L.LatLngBounds([south, west], [north, east]);
    // Whole zooms would often show a city at half the size that fits; tips that stick out by a twelfth are worth it.
    this.map.setView(bounds.getCenter(), this.map.getBoundsZoom(bounds.pad(-1 / 24)), { animate });
  }

  /** `accuracyM`: how far the point may be off, drawn as a circle. */
  outline(feature: Outlined | null, point: { lon: number; lat: number } | null, accuracyM: number | null = null): void {
    this.selection.outline(feature, point, accuracyM);
  }

  showPoints(incidents: readonly IncidentFeature[], pressing?: ReadonlySet<string>): void {
    this.points.show(incidents, pressing);
  }

  chooseIncident(no: string | null): void {
    this.points.choose(no);
  }

  showHeat(heat: Heat | null, limits: readonly number[], look: HeatStyle): void {
    this.heat.show(heat, limits, look);
  }

  showUnits(level: HeatLevel, colours: ReadonlyMap<string, string>): void {
    this.units.show(level, colours);
  }

  /** Asks again for the tiles of the view. */
  reload(): void {
    this.coverage.redraw();
  }

  /** The coverages as of a day; null is now. */
  showDay(day: string | null): void {
    this.coverage.showDay(day);
  }

  /** `source` is one of the interface's own texts, never data: Leaflet sets it as HTML. */
  attribute(source: string): void {
    if (this.source) this.map.attributionControl.removeAttribution(this.source);
    this.source = source;
    this.map.attributionControl.addAttribution(source);
  }

  /** The map leaves the page. */
  remove(): void {
    this.resizing.disconnect();
    this.map.remove();
  }

  /** Rebuilds what carries words. */
  translate(): void {
    for (const control of this.controls) control.remove();
    this.controls = [
      new L.Control.Zoom({ position: "topright", zoomInTitle: t("map.zoomIn"), zoomOutTitle: t("map.zoomOut") }),
      homeControl(t("map.home"), () => this.show(this.cityBbox, true)),
    ];
    for (const control of this.controls) control.addTo(this.map);
  }
}

function createMap(element: HTMLElement, [west, south, east, north]: Bbox): L.Map {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new L.Map(element, {
    zoomControl: false,
    minZoom: MIN_ZOOM,
    maxZoom: MAX_ZOOM,
    zoomSnap: 1, // fractions of a zoom show seams between canvas tiles
    fadeAnimation: false,
    zoomAnimation: !still,
    inertia: !still,
    maxBounds: new L.LatLngBounds([south, west], [north, east]).pad(0.6),
    maxBoundsViscosity: 0.7,
  });
  map.attributionControl.setPrefix("Leaflet");
  for (const [name, zIndex] of Object.entries(PANES)) {
    const pane = map.createPane(name);
    pane.style.zIndex = String(zIndex);
    pane.classList.add("passive-pane");
  }
  new L.Control.Scale({ imperial: false, position: "bottomleft", maxWidth: 120 }).addTo(map);
  return map;
}
