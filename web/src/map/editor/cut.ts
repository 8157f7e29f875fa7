/** Shows one side of a canvas only, as the bar between two maps has it. */
import type { Board } from "./board";
import type { Stage } from "./stage";

/** `at` is where the bar stands, in pixels of the map's element. */
export function cut(board: Board, stage: Stage, at: number, side: "left" | "right"): void {
  const frame = stage.frame();
  if (frame === null) return;
  const [x] = board.canvasPixel(frame, at, 0);
  stage.element().style.clipPath = side === "left" ? `inset(0 ${frame.width - x}px 0 0)` : `inset(0 0 0 ${x}px)`;
}
