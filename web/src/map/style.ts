/** How coverages look on the map. */
import type { TileLayerName } from "../model/bands";

export interface Line {
  readonly colour: string;
  readonly width: number;
}

/** Heavier and darker with every level up; a border that several levels share is drawn by the highest last. */
const LINES: Readonly<Record<TileLayerName, Line>> = {
  "micro-grids": { colour: "#c3cfcc", width: 0.7 },
  grids: { colour: "#7f9c99", width: 1 },
  villages: { colour: "#557c7b", width: 1.7 },
  towns: { colour: "#2f5d63", width: 2.4 },
  counties: { colour: "#173f47", width: 3.4 },
};

export function lineOf(layer: TileLayerName, zoom: number): Line {
  const line = LINES[layer];
  if (layer === "micro-grids" && zoom >= 16) return { colour: "#a9bab6", width: 1 };
  if (layer === "grids" && zoom >= 14) return { colour: "#56807c", width: 1.8 };
  if (layer === "grids" && zoom <= 11) return { colour: "#a3b8b4", width: 0.7 };
  if (layer === "villages" && zoom <= 11) return { colour: "#7d9a98", width: 1 };
  if (layer === "villages" && zoom >= 14) return { colour: "#2f6468", width: 2.8 };
  if (layer === "towns" && zoom >= 14) return { colour: "#173f47", width: 3.6 };
  if (layer === "towns" && zoom <= 9) return { colour: "#8aa5a3", width: 0.9 };
  return line;
}

/** Length of the parent's code whose faces share one tint. */
export function tintLevel(layer: TileLayerName): number {
  const lengths: Readonly<Record<TileLayerName, number>> = {
    counties: 6,
    towns: 9,
    villages: 12,
    grids: 12,
    "micro-grids": 15,
  };
  return lengths[layer];
}

export const GROUND = "#f6f7f3";
export const HATCH_COLOUR = "rgba(11, 94, 109, 0.38)";
export const REMAINDER_COLOUR = "rgba(90, 100, 100, 0.22)";
export const HOVER_FILL = "rgba(11, 94, 109, 0.14)";
export const HOVER_LINE = "#0b5e6d";
export const SELECTED_LINE = "#b3261e";
export const LABEL_HALO = "rgba(255, 255, 255, 0.9)";

/** Borders stay readable through it. Blending the pane by "multiply" looked better and cost one frame in ten without a GPU. */
export const HEAT_OPACITY = 0.7;
