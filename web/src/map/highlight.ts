/** The unit under the pointer, filled and outlined. */
import { bandAt } from "../model/bands";
import { TILE_PX } from "../model/mercator";
import type { CoverageLayer, LiveTile } from "./coverage";
import { CanvasOverlay, type Frame } from "./overlay";
import { addRings } from "./paint";
import { HOVER_FILL, HOVER_LINE } from "./style";

export class HighlightOverlay extends CanvasOverlay {
  private code: string | null = null;

  constructor(
    pane: string,
    private readonly coverage: CoverageLayer,
  ) {
    super(pane);
  }

  show(code: string | null): void {
    if (code === this.code) return;
    this.code = code;
    this.repaint();
  }

  protected override paint(context: CanvasRenderingContext2D, frame: Frame): void {
    if (this.code === null) return;
    for (const tile of this.coverage.liveTiles(frame.zoom)) this.paintPiece(context, frame, tile, this.code);
  }

  /** A face comes in pieces, one for each tile, a little larger than the tile; the clip leaves the true part. */
  private paintPiece(context: CanvasRenderingContext2D, frame: Frame, tile: LiveTile, code: string): void {
    const face = tile.layers.get(bandAt(frame.zoom).fill)?.faces.find((one) => one.code === code);
    if (!face) return;
    context.save();
    context.translate(tile.at.x * TILE_PX - frame.left, tile.at.y * TILE_PX - frame.top);
    context.beginPath();
    context.rect(0, 0, TILE_PX, TILE_PX);
    context.clip();
    context.beginPath();
    addRings(context, face.rings);
    context.fillStyle = HOVER_FILL;
    context.fill("evenodd");
    context.strokeStyle = HOVER_LINE;
    context.lineWidth = 2.2;
    context.stroke();
    context.restore();
  }
}
