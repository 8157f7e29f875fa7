/** Counted incidents as squares or as a smooth surface; both from one answer and one set of classes. */
import type { Heat } from "../api/types";
import { classIndex } from "../model/breaks";
import { changeColour, changeLimits } from "../model/change";
import { cividis, rgb } from "../model/colours";
import { smooth, type HeatStyle } from "../model/smooth";
import { worldPx } from "../model/mercator";
import { CanvasOverlay, type Frame } from "./overlay";
import { HEAT_OPACITY } from "./style";

export class HeatOverlay extends CanvasOverlay {
  private heat: Heat | null = null;
  private limits: readonly number[] = [];
  private look: HeatStyle = "squares";

  show(heat: Heat | null, limits: readonly number[], look: HeatStyle): void {
    this.heat = heat;
    this.limits = limits;
    this.look = look;
    this.repaint();
  }

  protected override paint(context: CanvasRenderingContext2D, frame: Frame): void {
    const { heat, limits } = this;
    if (!heat) return;
    const cell = (heat.cell_px * frame.world) / worldPx(heat.zoom);
    if (heat.compared) return paintChange(context, frame, heat.compared, cell);
    if (limits.length === 0) return;
    if (this.look === "squares") paintSquares(context, frame, heat, limits, cell);
    else paintSmooth(context, frame, heat, limits, cell);
  }
}

function paintSquares(
  context: CanvasRenderingContext2D,
  frame: Frame,
  heat: Heat,
  limits: readonly number[],
  cell: number,
): void {
  const colours = cividis(limits.length);
  context.globalAlpha = HEAT_OPACITY;
  for (const [x, y, count] of heat.bins) {
    context.fillStyle = colours[classIndex(limits, count)] ?? colours[0]!;
    context.fillRect(x * cell - frame.left, y * cell - frame.top, cell - 1, cell - 1);
  }
  context.globalAlpha = 1;
}

function paintChange(context: CanvasRenderingContext2D, frame: Frame, cells: NonNullable<Heat["compared"]>, cell: number): void {
  const limits = changeLimits(cells.map((one) => one[4]));
  context.globalAlpha = HEAT_OPACITY;
  for (const [x, y, , , difference] of cells) {
    context.fillStyle = changeColour(limits, difference);
    context.fillRect(x * cell - frame.left, y * cell - frame.top, cell - 1, cell - 1);
  }
  context.globalAlpha = 1;
}

/** Half of the smallest class still shows as a faint rim; less is transparent. */
function paintSmooth(
  context: CanvasRenderingContext2D,
  frame: Frame,
  heat: Heat,
  limits: readonly number[],
  cell: number,
): void {
  const surface = smooth(heat.bins.map(([x, y, count]) => ({ x, y, count })));
  if (surface.width === 0) return;
  const picture = document.createElement("canvas");
  picture.width = surface.width;
  picture.height = surface.height;
  const pen = picture.getContext("2d");
  if (!pen) return;
  const image = pen.createImageData(surface.width, surface.height);
  shade(image.data, surface.values, limits);
  pen.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  const [left, top] = [surface.x * cell - frame.left, surface.y * cell - frame.top];
  context.drawImage(picture, left, top, surface.width * cell, surface.height * cell);
}

function shade(pixels: Uint8ClampedArray, values: Float32Array, limits: readonly number[]): void {
  const colours = cividis(limits.length).map(rgb);
  const least = limits[0]! / 8;
  values.forEach((value, i) => {
    if (value < least) return;
    const [red, green, blue] = colours[Math.max(classIndex(limits, value), 0)]!;
    const strength = Math.min(value / limits[0]!, 1);
    pixels.set([red, green, blue, Math.round(255 * HEAT_OPACITY * strength)], 4 * i);
  });
}
