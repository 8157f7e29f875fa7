/** The chosen unit's exact outline and the point that was asked for. */
import * as L from "leaflet";
import type { UnitFeature } from "../api/types";
import { SELECTED_LINE } from "./style";

/** What has an outline: a unit of the register, or what is published of one. */
export type Outlined = Pick<UnitFeature, "type" | "geometry">;

export class SelectionLayer extends L.LayerGroup {
  /** Draws the outline over a white casing so that it stands out on every fill, and around the point how far it may be off. */
  outline(feature: Outlined | null, point: { lon: number; lat: number } | null, accuracyM: number | null = null): void {
    this.clearLayers();
    if (feature) {
      const shared = { fill: false, interactive: false } as const;
      this.addLayer(new L.GeoJSON(feature, { style: { ...shared, color: "#ffffff", weight: 7, opacity: 0.9 }, interactive: false }));
      this.addLayer(new L.GeoJSON(feature, { style: { ...shared, color: SELECTED_LINE, weight: 3 }, interactive: false }));
    }
    if (point && accuracyM !== null) this.addLayer(around(point.lon, point.lat, accuracyM));
    if (point) this.addLayer(pin(point.lon, point.lat));
  }
}

function around(lon: number, lat: number, radius: number): L.Circle {
  return new L.Circle([lat, lon], { radius, color: SELECTED_LINE, weight: 1.5, fillColor: SELECTED_LINE, fillOpacity: 0.12, interactive: false });
}

function pin(lon: number, lat: number): L.CircleMarker {
  return new L.CircleMarker([lat, lon], {
    pane: "markerPane", // over the names of the map
    radius: 6,
    color: "#ffffff",
    weight: 2,
    fillColor: SELECTED_LINE,
    fillOpacity: 1,
    interactive: false,
  });
}
