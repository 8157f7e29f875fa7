/** The comparison with today: before dashed blue, after full orange, a hatch on the land that moved. */
import type { Frame } from "../overlay";
import { pixelOf } from "./camera";
import type { Difference, Path } from "./comparing";
import { hatchPath, stroke, wholeBox, type Pen } from "./drawing";
import { AFTER, BEFORE, MOVED_HATCH } from "./look";

export function paintDifference(pen: Pen, frame: Frame, difference: Difference): void {
  for (const rings of difference.moved) {
    hatchPath(pen, pathOf(rings, frame, true), { slant: 1, gapPx: 10, colour: MOVED_HATCH, width: 1.2 }, frame, wholeBox(frame));
  }
  const [before, after] = [pathOf(difference.before, frame, false), pathOf(difference.after, frame, false)];
  stroke(pen, after, { colour: AFTER.casing, width: 5 });
  stroke(pen, after, { colour: AFTER.line, width: 3.2 });
  stroke(pen, before, { colour: "#ffffff", width: 4.5 });
  stroke(pen, before, { colour: BEFORE.line, width: 2.8, dash: BEFORE.dash });
}

function pathOf(paths: readonly Path[], frame: Frame, closes: boolean): Path2D {
  const path = new Path2D();
  for (const points of paths) {
    points.forEach((point, i) => {
      const [x, y] = pixelOf(frame, point);
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    if (closes) path.closePath();
  }
  return path;
}
