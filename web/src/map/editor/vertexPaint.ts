/** Draws handles by shape: squares for nodes, discs for vertices, small crosses for locked ones, rings with a plus for middles. */
import type { Point } from "../../topology";
import type { Frame } from "../overlay";
import { pixelOf, type Pixel } from "./camera";
import { cross, disc, lineThrough, square, stroke, type Pen } from "./drawing";
import type { Handle } from "./handles";
import { HANDLE, REFUSED } from "./look";
import { standing, type Motion } from "./motion";
import { paintSnap } from "./snapPaint";
import type { Snapped } from "./snapping";

type Kind = Handle["kind"];

/** All handles of one kind in one path: hundreds of them cost two strokes. */
function outline(kind: Kind, pixels: readonly Pixel[]): Path2D {
  const path = new Path2D();
  for (const [x, y] of pixels) {
    if (kind === "node") path.rect(x - 5, y - 5, 10, 10);
    else if (kind === "locked") addCross(path, x, y);
    else addRing(path, x, y, kind === "middle" ? 4 : 5);
  }
  return path;
}

function addCross(path: Path2D, x: number, y: number): void {
  path.moveTo(x - 3, y - 3);
  path.lineTo(x + 3, y + 3);
  path.moveTo(x + 3, y - 3);
  path.lineTo(x - 3, y + 3);
}

function addRing(path: Path2D, x: number, y: number, radius: number): void {
  path.moveTo(x + radius, y);
  path.arc(x, y, radius, 0, 2 * Math.PI);
}

const FILLS: Readonly<Record<Kind, string | null>> = { node: HANDLE.node, vertex: HANDLE.fill, middle: "rgba(255, 255, 255, 0.85)", locked: null };
const WIDTHS: Readonly<Record<Kind, number>> = { node: 1.8, vertex: 1.8, middle: 1, locked: 1.6 };
const ORDER: readonly Kind[] = ["locked", "middle", "vertex", "node"];

export function paintHandles(pen: Pen, handles: readonly Handle[], over: Handle | null, frame: Frame, focus: Point | null, taken: boolean): void {
  for (const kind of ORDER) {
    const pixels = handles.filter((handle) => handle.kind === kind).map((handle) => handle.px);
    if (pixels.length > 0) paintKind(pen, kind, pixels);
  }
  if (over !== null && over.kind !== "locked") disc(pen, over.px, 9, "rgba(240, 182, 74, 0.45)", HANDLE.line, 2.5);
  if (focus !== null) paintFocus(pen, pixelOf(frame, focus), taken);
}

function paintKind(pen: Pen, kind: Kind, pixels: readonly Pixel[]): void {
  const path = outline(kind, pixels);
  const fill = FILLS[kind];
  if (fill !== null) {
    pen.fillStyle = fill;
    pen.fill(path);
  }
  stroke(pen, path, { colour: kind === "locked" ? "#56605f" : HANDLE.line, width: WIDTHS[kind] });
  if (kind === "middle") stroke(pen, pluses(pixels), { colour: HANDLE.line, width: 1 });
}

function pluses(pixels: readonly Pixel[]): Path2D {
  const path = new Path2D();
  for (const [x, y] of pixels) {
    path.moveTo(x - 2.5, y);
    path.lineTo(x + 2.5, y);
    path.moveTo(x, y - 2.5);
    path.lineTo(x, y + 2.5);
  }
  return path;
}

/** In focus: a blue ring; taken, so that arrows move it: filled, with an arrow-like cross around it. */
function paintFocus(pen: Pen, at: Pixel, taken: boolean): void {
  disc(pen, at, 11, "rgba(0, 0, 0, 0)", "#ffffff", 5);
  disc(pen, at, 11, "rgba(0, 0, 0, 0)", "#1a5fd0", 3);
  if (taken) square(pen, at, 5, HANDLE.held, "#ffffff", 2);
}

/** The way the vertex came, where it snapped, and a cross where it may not be. */
export function paintMotion(pen: Pen, frame: Frame, motion: Motion, snap: Snapped["kind"]): void {
  const [from, now, wanted] = [motion.from, standing(motion), motion.wanted].map((point) => pixelOf(frame, point)) as [Pixel, Pixel, Pixel];
  stroke(pen, lineThrough([from, now]), { colour: "#56605f", width: 1.5, dash: [3, 4] });
  disc(pen, now, 6, HANDLE.held, "#ffffff", 2);
  if (motion.refusal === null) return paintSnap(pen, now, snap);
  stroke(pen, lineThrough([now, wanted]), { colour: REFUSED.line, width: 2, dash: [6, 4] });
  cross(pen, wanted, 7, REFUSED.line);
}
