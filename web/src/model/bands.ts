/** Which coverages the map shows at which zoom. */
export const TILE_LAYERS = ["counties", "towns", "villages", "grids", "micro-grids"] as const;
export type TileLayerName = (typeof TILE_LAYERS)[number];

export interface Band {
  /** The coverage whose faces are filled, hovered and listed. */
  readonly fill: TileLayerName;
  /** The coverages whose borders are drawn, finest first. */
  readonly borders: readonly TileLayerName[];
}

const FAR: Band = { fill: "towns", borders: ["towns", "counties"] };
const MIDDLE: Band = { fill: "grids", borders: ["grids", "villages", "towns", "counties"] };
const NEAR: Band = { fill: "micro-grids", borders: ["micro-grids", "grids", "villages", "towns"] };

export const MIN_ZOOM = 8;
export const MAX_ZOOM = 18;
export const GRIDS_FROM_ZOOM = 11;
/** From here on micro-grids are drawn, and incidents are points instead of a heat map. */
export const MICRO_GRIDS_FROM_ZOOM = 14;

export function bandAt(zoom: number): Band {
  if (zoom < GRIDS_FROM_ZOOM) return FAR;
  return zoom < MICRO_GRIDS_FROM_ZOOM ? MIDDLE : NEAR;
}

/** The coverage whose units the list shows: grids, as soon as grids are on the map. */
export function listedAt(zoom: number): TileLayerName {
  return zoom < GRIDS_FROM_ZOOM ? "towns" : "grids";
}

export function listedLevel(zoom: number): "town" | "grid" {
  return listedAt(zoom) === "towns" ? "town" : "grid";
}

export function incidentsAsPoints(zoom: number): boolean {
  return zoom >= MICRO_GRIDS_FROM_ZOOM;
}
