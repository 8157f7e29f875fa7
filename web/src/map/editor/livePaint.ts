/** What changes while one works, above the coverage: the unit pointed at, those chosen, those refused. */
import type { Coverage, Refusal } from "../../topology";
import type { Frame } from "../overlay";
import { pixelOf } from "./camera";
import { addRings, cross, disc, hatchPath, stroke, wholeBox, type Pen } from "./drawing";
import { HOVER_LINE, REFUSED, SELECTED } from "./look";
import type { WorldTable } from "./world";

export interface LiveView {
  readonly coverage: Coverage;
  readonly selection: readonly string[];
  readonly hovered: string | null;
  readonly refusal: Refusal | null;
  /** From 0 to 1: how strongly what is refused lights up just now. */
  readonly flash: number;
  /** The comparison has the outlines to itself. */
  readonly quiet: boolean;
}

export function paintLive(pen: Pen, frame: Frame, view: LiveView, table: WorldTable): void {
  const { coverage, selection, hovered, refusal, flash, quiet } = view;
  if (hovered !== null && !selection.includes(hovered)) paintHovered(pen, outline([hovered], coverage, frame, table), quiet);
  if (selection.length > 0) paintChosen(pen, outline(selection, coverage, frame, table), quiet);
  if (refusal !== null) paintRefused(pen, frame, refusal, outline(refusal.units, coverage, frame, table), flash);
}

function outline(ids: readonly string[], coverage: Coverage, frame: Frame, table: WorldTable): Path2D {
  const path = new Path2D();
  for (const id of ids) {
    const unit = coverage.units.get(id);
    if (unit !== undefined) addRings(path, table.rings(coverage, unit, frame));
  }
  return path;
}

function paintHovered(pen: Pen, path: Path2D, quiet: boolean): void {
  if (!quiet) return stroke(pen, path, { colour: HOVER_LINE, width: 2.5 });
  pen.fillStyle = SELECTED.fill;
  pen.fill(path, "evenodd");
}

function paintChosen(pen: Pen, path: Path2D, quiet: boolean): void {
  pen.fillStyle = SELECTED.fill;
  pen.fill(path, "evenodd");
  if (quiet) return;
  stroke(pen, path, { colour: SELECTED.casing, width: 6 });
  stroke(pen, path, { colour: SELECTED.line, width: 3 });
}

function paintRefused(pen: Pen, frame: Frame, { place }: Refusal, path: Path2D, flash: number): void {
  pen.fillStyle = REFUSED.line;
  pen.globalAlpha = REFUSED.alpha + flash * (0.6 - REFUSED.alpha);
  pen.fill(path, "evenodd");
  pen.globalAlpha = 1;
  hatchPath(pen, path, { slant: -1, gapPx: 12, colour: "rgba(179, 38, 30, 0.45)", width: 1.5 }, frame, wholeBox(frame));
  stroke(pen, path, { colour: REFUSED.line, width: 2.5, dash: [8, 4] });
  if (place === null) return;
  const at = pixelOf(frame, place);
  disc(pen, at, 13, "rgba(255, 255, 255, 0.75)", REFUSED.line, 3);
  cross(pen, at, 5, REFUSED.line);
}
