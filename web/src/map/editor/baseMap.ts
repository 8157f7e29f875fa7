/** An outside base map, fetched by way of the server, beneath the coverage. */
import * as L from "leaflet";

/** Vector map and its names. */
const LAYERS = ["vec_w", "cva_w"] as const;
const NATIVE_ZOOM = 18;

export function baseMapLayers(maxZoom: number): L.LayerGroup {
  const tile = (name: string): L.TileLayer =>
    new L.TileLayer(`/tiles/base/${name}/{z}/{x}/{y}`, { maxZoom, maxNativeZoom: NATIVE_ZOOM, className: "base-map" });
  return new L.LayerGroup(LAYERS.map(tile));
}
