/** Small strokes on a canvas that all the editor's layers share. */
import type { Pixel } from "./camera";
import { hatchLines, type Hatch, type PixelBox } from "./hatching";
import type { Frame } from "../overlay";
import type { PixelRing } from "./placing";

export type Pen = CanvasRenderingContext2D;

/** Rings are led back to their start: closePath measures the whole path each time, which took 300 ms for a county. */
export function addRings(path: Path2D, rings: readonly PixelRing[]): void {
  for (const ring of rings) {
    addLine(path, ring);
    if (ring.length > 0) path.lineTo(ring[0]!, ring[1]!);
  }
}

export function addLine(path: Path2D, line: PixelRing): void {
  for (let i = 0; i < line.length; i += 2) {
    if (i === 0) path.moveTo(line[0]!, line[1]!);
    else path.lineTo(line[i]!, line[i + 1]!);
  }
}

export function lineThrough(pixels: readonly Pixel[]): Path2D {
  const path = new Path2D();
  pixels.forEach(([x, y], i) => (i === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
  return path;
}

export interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
}

export function stroke(pen: Pen, path: Path2D, { colour, width, dash = [] }: Stroke): void {
  pen.lineJoin = pen.lineCap = "round";
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash([...dash]);
  pen.stroke(path);
  pen.setLineDash([]);
}

export function wholeBox(frame: Frame): PixelBox {
  return { left: 0, top: 0, right: frame.width, bottom: frame.height };
}

/** Hatches the inside of a path (even-odd) as far as it lies in the box. */
export function hatchPath(pen: Pen, path: Path2D, hatch: Hatch & Stroke, frame: Frame, box: PixelBox): void {
  pen.save();
  pen.clip(path, "evenodd");
  const lines = new Path2D();
  for (const [x0, y0, x1, y1] of hatchLines(box, hatch, frame.left, frame.top)) {
    lines.moveTo(x0, y0);
    lines.lineTo(x1, y1);
  }
  stroke(pen, lines, hatch);
  pen.restore();
}

export function disc(pen: Pen, [x, y]: Pixel, radius: number, fill: string, line: string, width = 2): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  shade(pen, fill, line, width);
}

export function square(pen: Pen, [x, y]: Pixel, half: number, fill: string, line: string, width = 2): void {
  pen.beginPath();
  pen.rect(x - half, y - half, 2 * half, 2 * half);
  shade(pen, fill, line, width);
}

export function diamond(pen: Pen, [x, y]: Pixel, half: number, fill: string, line: string, width = 2): void {
  pen.beginPath();
  pen.moveTo(x, y - half);
  pen.lineTo(x + half, y);
  pen.lineTo(x, y + half);
  pen.lineTo(x - half, y);
  pen.closePath();
  shade(pen, fill, line, width);
}

export function cross(pen: Pen, [x, y]: Pixel, half: number, line: string, width = 3): void {
  pen.beginPath();
  pen.moveTo(x - half, y - half);
  pen.lineTo(x + half, y + half);
  pen.moveTo(x + half, y - half);
  pen.lineTo(x - half, y + half);
  pen.strokeStyle = line;
  pen.lineWidth = width;
  pen.stroke();
}

function shade(pen: Pen, fill: string, line: string, width: number): void {
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = line;
  pen.lineWidth = width;
  pen.stroke();
}

export function haloText(pen: Pen, text: string, [x, y]: Pixel, font: string, colour: string): void {
  pen.font = font;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3.5;
  pen.strokeStyle = "rgba(255, 255, 255, 0.9)";
  pen.strokeText(text, x, y);
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}
