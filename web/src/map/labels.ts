/** Names on the map, since there is no base map under it. */
import { MICRO_GRIDS_FROM_ZOOM, type TileLayerName } from "../model/bands";
import { boxesMeet, moments, type Box, type Moments } from "../model/geometry";
import { TILE_PX } from "../model/mercator";
import { nameWithin, shortName } from "../model/names";
import type { Face } from "./decode";
import type { CoverageLayer, LiveTile } from "./coverage";
import { CanvasOverlay, type Frame } from "./overlay";
import { LABEL_HALO } from "./style";

const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif';

interface LabelStyle {
  readonly layer: TileLayerName;
  readonly size: number;
  readonly weight: number;
  readonly colour: string;
}

/** What is labelled at a zoom, the most important first. */
function stylesAt(zoom: number): readonly LabelStyle[] {
  const county = { layer: "counties", size: 16, weight: 700, colour: "#12363d" } as const;
  const town = { layer: "towns", size: 13, weight: 600, colour: "#1f4c53" } as const;
  const village = { layer: "villages", size: 13, weight: 600, colour: "#2b5b60" } as const;
  const grid = { layer: "grids", size: 12, weight: 500, colour: "#33514f" } as const;
  const micro = { layer: "micro-grids", size: 11, weight: 400, colour: "#5b6b69" } as const;
  if (zoom < 10) return [county];
  if (zoom < 11) return [county, { ...town, size: 12, weight: 500 }];
  if (zoom < 13) return [{ ...town, size: 14 }];
  if (zoom < MICRO_GRIDS_FROM_ZOOM) return [{ ...town, size: 15, weight: 700 }, { ...village, size: 12, weight: 500 }];
  if (zoom < 15) return [village, { ...grid, size: 11 }];
  return zoom < 16 ? [village, grid] : [{ ...village, size: 14 }, { ...grid, size: 13, weight: 600 }, micro];
}

interface Anchor {
  readonly code: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly area: number;
}

export class LabelOverlay extends CanvasOverlay {
  constructor(
    pane: string,
    private readonly coverage: CoverageLayer,
  ) {
    super(pane);
  }

  protected override paint(context: CanvasRenderingContext2D, frame: Frame): void {
    const tiles = this.coverage.liveTiles(frame.zoom);
    const taken: Box[] = [];
    const villageNames = new Map(anchorsOf(tiles, "villages").map((one) => [one.code, one.name]));
    for (const style of stylesAt(frame.zoom)) {
      const anchors = anchorsOf(tiles, style.layer).sort((a, b) => b.area - a.area || (a.code < b.code ? -1 : 1));
      for (const anchor of anchors) drawLabel(context, frame, anchor, style, villageNames, taken);
    }
  }
}

/** A face's shape never changes, its labels are placed at every move. */
const known = new WeakMap<Face, Moments>();

function momentsOf(face: Face): Moments {
  const found = known.get(face) ?? moments(face.rings);
  known.set(face, found);
  return found;
}

/** One anchor for each unit: the centroid of those of its pieces that are loaded, in world pixels. */
function anchorsOf(tiles: readonly LiveTile[], layer: TileLayerName): Anchor[] {
  const sums = new Map<string, { name: string; area: number; mx: number; my: number }>();
  for (const { at, layers } of tiles) {
    for (const face of layers.get(layer)?.faces ?? []) {
      const { area, mx, my } = momentsOf(face);
      const sum = sums.get(face.code) ?? { name: face.name, area: 0, mx: 0, my: 0 };
      sum.area += area;
      sum.mx += mx + area * at.x * TILE_PX;
      sum.my += my + area * at.y * TILE_PX;
      sums.set(face.code, sum);
    }
  }
  return [...sums]
    .filter(([, sum]) => sum.area !== 0)
    .map(([code, { name, area, mx, my }]) => ({ code, name, x: mx / area, y: my / area, area: Math.abs(area) }));
}

function drawLabel(
  context: CanvasRenderingContext2D,
  frame: Frame,
  anchor: Anchor,
  style: LabelStyle,
  villageNames: ReadonlyMap<string, string>,
  taken: Box[],
): void {
  const text = textOf(anchor, style.layer, villageNames);
  context.font = `${style.weight} ${style.size}px ${FONT}`;
  const half = context.measureText(text).width / 2;
  const [x, y] = [Math.round(anchor.x - frame.left), Math.round(anchor.y - frame.top)];
  // A name twice as wide as its unit would be read as its neighbour's.
  if (half * 2 > 1.6 * Math.sqrt(anchor.area) + 8) return;
  const box = { west: x - half - 4, east: x + half + 4, north: y - style.size * 0.8, south: y + style.size * 0.8 };
  if (taken.some((other) => boxesMeet(other, box))) return;
  taken.push(box);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = LABEL_HALO;
  context.strokeText(text, x, y);
  context.fillStyle = style.colour;
  context.fillText(text, x, y);
}

function textOf({ code, name }: Anchor, layer: TileLayerName, villageNames: ReadonlyMap<string, string>): string {
  if (layer === "micro-grids") return code.slice(15);
  if (layer === "grids") return nameWithin(name, villageNames.get(code.slice(0, 12)) ?? "");
  return shortName(name);
}
