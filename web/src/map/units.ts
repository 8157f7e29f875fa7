/** Units filled by a colour of their own: a choropleth over the tiles of their level. */
import type { HeatLevel } from "../api/types";
import type { TileLayerName } from "../model/bands";
import { TILE_PX } from "../model/mercator";
import type { CoverageLayer, LiveTile } from "./coverage";
import { CanvasOverlay, type Frame } from "./overlay";
import { addRings } from "./paint";
import { HEAT_OPACITY } from "./style";

export const LAYER_OF_LEVEL: Readonly<Record<HeatLevel, TileLayerName>> = {
  grid: "grids",
  village: "villages",
  town: "towns",
  county: "counties",
};

export class UnitsOverlay extends CanvasOverlay {
  private layer: TileLayerName = "grids";
  private colours: ReadonlyMap<string, string> = new Map();

  constructor(
    pane: string,
    private readonly coverage: CoverageLayer,
  ) {
    super(pane);
  }

  show(level: HeatLevel, colours: ReadonlyMap<string, string>): void {
    this.layer = LAYER_OF_LEVEL[level];
    this.colours = colours;
    this.repaint();
  }

  protected override paint(context: CanvasRenderingContext2D, frame: Frame): void {
    if (this.colours.size === 0) return;
    context.globalAlpha = HEAT_OPACITY;
    for (const tile of this.coverage.liveTiles(frame.zoom)) this.paintTile(context, frame, tile);
    context.globalAlpha = 1;
  }

  /** Faces reach a little over their tile; the clip leaves the true part. */
  private paintTile(context: CanvasRenderingContext2D, frame: Frame, { at, layers }: LiveTile): void {
    context.save();
    context.translate(at.x * TILE_PX - frame.left, at.y * TILE_PX - frame.top);
    context.beginPath();
    context.rect(0, 0, TILE_PX, TILE_PX);
    context.clip();
    for (const face of layers.get(this.layer)?.faces ?? []) {
      const colour = this.colours.get(face.code);
      if (colour === undefined) continue;
      context.beginPath();
      addRings(context, face.rings);
      context.fillStyle = colour;
      context.fill("evenodd");
    }
    context.restore();
  }
}
