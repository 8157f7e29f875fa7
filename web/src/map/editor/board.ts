/** The map of the editor: its panes, base map and gestures, and what lies where on the page. */
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import { t } from "../../i18n/i18n";
import type { Frame } from "../overlay";
import { baseMapLayers } from "./baseMap";
import { UNITS_PER_DEGREE, type LatticeBox, type Pixel } from "./camera";
import type { Point } from "../../topology";

/** Lattice units are 1.1 cm; at 22 a pixel is 3.3 cm. */
const MAX_ZOOM = 22;
const FIT_ZOOM = 18;
const FIT_AIR_PX = 40;
const PAN_PX = 80;
/** Panes from bottom to top; the numbers are CSS z-indexes between Leaflet's tiles (200) and its pop-ups. */
const PANES: Readonly<Record<string, number>> = { coverage: 350, before: 360, notes: 365, compare: 370, live: 420 };

export class Board {
  readonly map: L.Map;
  private readonly baseMap = baseMapLayers(MAX_ZOOM);
  private controls: L.Control[] = [];

  constructor(readonly element: HTMLElement) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = new L.Map(element, {
      zoomControl: false,
      minZoom: 4,
      maxZoom: MAX_ZOOM,
      zoomSnap: 1,
      fadeAnimation: false,
      zoomAnimation: !still,
      inertia: !still,
      doubleClickZoom: false, // a double click ends a line
      boxZoom: false, // shift chooses several
      keyboard: false, // arrows move vertices; Board.pan moves the map
    });
    this.map.attributionControl.setPrefix("Leaflet");
    for (const [name, zIndex] of Object.entries(PANES)) this.makePane(name, zIndex);
    this.map.addControl(new L.Control.Scale({ imperial: false, position: "bottomleft", maxWidth: 120 }));
    this.map.setView([35, 105], 4);
    new ResizeObserver(() => this.map.invalidateSize({ pan: false })).observe(element);
    this.translate();
  }

  private makePane(name: string, zIndex: number): void {
    const pane = this.map.createPane(name);
    pane.style.zIndex = String(zIndex);
    pane.classList.add("passive-pane");
  }

  translate(): void {
    for (const control of this.controls) control.remove();
    this.controls = [new L.Control.Zoom({ position: "topright", zoomInTitle: t("map.zoomIn"), zoomOutTitle: t("map.zoomOut") })];
    for (const control of this.controls) control.addTo(this.map);
  }

  showBaseMap(shown: boolean): void {
    if (shown) this.map.addLayer(this.baseMap);
    else this.map.removeLayer(this.baseMap);
  }

  letPan(pans: boolean): void {
    if (pans) this.map.dragging.enable();
    else this.map.dragging.disable();
  }

  pan(right: number, up: number): void {
    this.map.panBy([right * PAN_PX, -up * PAN_PX], { animate: false });
  }

  /** Shows a box whole, above what lies over the map's southern edge. */
  fit([west, south, east, north]: LatticeBox, coveredPx = 0): void {
    const air = Math.min(FIT_AIR_PX, ...this.middle().map((half) => half / 8)); // a phone has no room to give away
    const corner = (x: number, y: number): L.LatLngTuple => [y / UNITS_PER_DEGREE, x / UNITS_PER_DEGREE];
    this.map.fitBounds(new L.LatLngBounds(corner(west, south), corner(east, north)), {
      paddingTopLeft: [air, air / 2],
      paddingBottomRight: [air, Math.min(coveredPx + air / 4, this.map.getSize().y / 2)],
      maxZoom: FIT_ZOOM,
      animate: false,
    });
  }

  goTo([x, y]: Point): void {
    const zoom = Math.max(this.map.getZoom(), FIT_ZOOM);
    this.map.setView([y / UNITS_PER_DEGREE, x / UNITS_PER_DEGREE], zoom, { animate: false });
  }

  /** Moves just as far as needed for a place to be seen. */
  reveal([x, y]: Point): void {
    this.map.panInside([y / UNITS_PER_DEGREE, x / UNITS_PER_DEGREE], { padding: [60, 60], animate: false });
  }

  /** The canvas pixel under a pixel of the map's element. */
  canvasPixel(frame: Frame, x: number, y: number): Pixel {
    const at = this.map.containerPointToLayerPoint([x, y]).add(this.map.getPixelOrigin());
    return [at.x - frame.left, at.y - frame.top];
  }

  /** The pixel of the map's element under a canvas pixel. */
  elementPixel(frame: Frame, [x, y]: Pixel): Pixel {
    const at = new L.Point(x + frame.left, y + frame.top).subtract(this.map.getPixelOrigin());
    const found = this.map.layerPointToContainerPoint(at);
    return [found.x, found.y];
  }

  middle(): Pixel {
    const size = this.map.getSize();
    return [size.x / 2, size.y / 2];
  }
}
