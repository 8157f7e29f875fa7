/** The mark of a snap, a shape for each thing snapped to. */
import type { Pixel } from "./camera";
import { diamond, disc, square, type Pen } from "./drawing";
import type { Snapped } from "./snapping";

const CLEAR = "rgba(255, 255, 255, 0)";
const MARK = "#a03c78";

export function paintSnap(pen: Pen, at: Pixel, kind: Snapped["kind"]): void {
  if (kind === "none") return;
  const draw = { vertex: square, border: diamond, line: disc }[kind];
  draw(pen, at, 9, CLEAR, "#ffffff", 5);
  draw(pen, at, 9, CLEAR, MARK, 2.5);
}
