/** What browser tests ask the map: where things are on the page. It reads only. */
import type { Store } from "../../workbench/store";
import type { Board } from "./board";
import { pixelOf, UNITS_PER_DEGREE } from "./camera";
import { handlesOf, type Handle } from "./handles";
import type { Layers } from "./layers";

export interface ProbedHandle {
  readonly kind: Handle["kind"];
  readonly lon: number;
  readonly lat: number;
  /** Pixels of the page's view. */
  readonly x: number;
  readonly y: number;
}

export interface Probe {
  /** The pixel of the page's view at which a position in degrees lies. */
  project(lon: number, lat: number): readonly [number, number];
  /** The handles of a unit, of those chosen if none is named. */
  handles(unit?: string): readonly ProbedHandle[];
  view(): { readonly zoom: number; readonly lon: number; readonly lat: number };
}

declare global {
  interface Window {
    wanggeEditor?: Probe;
  }
}

export function probeOf(board: Board, layers: Layers, store: Store): Probe {
  const project = (lon: number, lat: number): readonly [number, number] => {
    const frame = layers.frame();
    const [x, y] = board.elementPixel(frame, pixelOf(frame, [lon * UNITS_PER_DEGREE, lat * UNITS_PER_DEGREE]));
    const { left, top } = board.element.getBoundingClientRect();
    return [left + x, top + y];
  };
  const probed = ({ kind, at }: Handle): ProbedHandle => {
    const [lon, lat] = [at[0] / UNITS_PER_DEGREE, at[1] / UNITS_PER_DEGREE];
    const [x, y] = project(lon, lat);
    return { kind, lon, lat, x, y };
  };
  return {
    project,
    handles: (unit) => {
      const land = store.coverage.get();
      return land === null ? [] : handlesOf(land, unit === undefined ? store.selection.get() : [unit], layers.frame()).map(probed);
    },
    view: () => ({ zoom: board.map.getZoom(), lon: board.map.getCenter().lng, lat: board.map.getCenter().lat }),
  };
}
