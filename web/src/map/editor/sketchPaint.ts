/** Draws the line in hand: dashed while it leads to nothing, full once it would be taken, with marks where it will end on borders. */
import type { Point } from "../../topology";
import type { Frame } from "../overlay";
import { pixelOf } from "./camera";
import type { Attempt } from "./drawActs";
import { diamond, disc, lineThrough, stroke, type Pen } from "./drawing";
import { SKETCH } from "./look";
import type { Sketch } from "./sketch";
import { paintSnap } from "./snapPaint";
import type { Snapped } from "./snapping";

export interface SketchView {
  readonly sketch: Sketch;
  readonly tried: Attempt | null;
  readonly snap: Snapped["kind"];
  /** A finished ring that waits for its receiver or its name. */
  readonly closed: boolean;
}

export function paintSketch(pen: Pen, frame: Frame, { sketch, tried, snap, closed }: SketchView): void {
  const { points, cursor, shape } = sketch;
  const shown = cursor === null || closed ? points : [...points, cursor];
  const accepted = tried === "receiver" || (tried !== null && tried.ok);
  const pixels = shown.map((point) => pixelOf(frame, point));
  if (pixels.length > 1) {
    const path = lineThrough(shape === "ring" && pixels.length > 2 ? [...pixels, pixels[0]!] : pixels);
    stroke(pen, path, { colour: SKETCH.casing, width: 6 });
    stroke(pen, path, accepted ? { colour: SKETCH.line, width: 3 } : { colour: SKETCH.open, width: 2.5, dash: [8, 6] });
  }
  points.forEach((point, i) => disc(pen, pixelOf(frame, point), i === 0 ? 6 : 5, "#ffffff", SKETCH.line, 2.5));
  for (const end of endsOf(tried)) diamond(pen, pixelOf(frame, end), 7, "#f0b64a", SKETCH.line, 2);
  if (cursor !== null && !closed) paintSnap(pen, pixelOf(frame, cursor), snap);
}

interface WithNodes {
  readonly nodes?: readonly { readonly at: readonly (readonly [number, number])[] }[];
}

/** Where the line will meet borders: the nodes that its command puts on them. */
function endsOf(tried: Attempt | null): Point[] {
  if (tried === null || tried === "receiver" || !tried.ok) return [];
  const { nodes = [] } = tried.command as WithNodes;
  return nodes.flatMap(({ at }) => at.map(([lon, lat]): Point => [Math.round(lon * 1e7), Math.round(lat * 1e7)]));
}
