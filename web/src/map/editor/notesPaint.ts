/** Reference lines and marks: what was loaded beside the coverage and what a check has found. */
import type { Mark } from "../../workbench/store";
import type { Frame } from "../overlay";
import { boxOfFrame, pixelOf } from "./camera";
import { addLine, diamond, disc, haloText, lineThrough, square, stroke, type Pen } from "./drawing";
import { runsIn, type LineRun } from "./lineIndex";
import { FONT, REFERENCE } from "./look";
import { piecesOf, type Piece } from "./marks";

export function paintLines(pen: Pen, frame: Frame, runs: readonly LineRun[]): void {
  const path = new Path2D();
  for (const run of runsIn(runs, boxOfFrame(frame))) addLine(path, pixelsOf(run, frame));
  stroke(pen, path, { colour: REFERENCE.casing, width: 4 });
  stroke(pen, path, { colour: REFERENCE.line, width: 1.8, dash: [10, 3, 2, 3] });
}

function pixelsOf({ points }: LineRun, frame: Frame): Float64Array {
  const pixels = new Float64Array(points.length * 2);
  points.forEach((point, i) => pixels.set(pixelOf(frame, point), 2 * i));
  return pixels;
}

interface ToneLook {
  readonly colour: string;
  readonly fill: string;
  readonly dash: readonly number[];
  readonly point: typeof disc;
}

/** Each tone has a shape and a dash of its own. */
const TONES: Readonly<Record<Mark["tone"], ToneLook>> = {
  error: { colour: "#b3261e", fill: "rgba(179, 38, 30, 0.15)", dash: [], point: diamond },
  warning: { colour: "#8a5a00", fill: "rgba(230, 159, 0, 0.2)", dash: [8, 4], point: disc },
  mend: { colour: "#00634a", fill: "rgba(0, 158, 115, 0.18)", dash: [2, 4], point: square },
  face: { colour: "#5c3e8c", fill: "rgba(92, 62, 140, 0.08)", dash: [], point: square },
  history: { colour: "#0072b2", fill: "rgba(0, 114, 178, 0.14)", dash: [7, 5], point: disc },
};

/** The active one last, so that it lies on top. */
export function paintMarks(pen: Pen, frame: Frame, marks: readonly Mark[]): void {
  for (const mark of [...marks].sort((a, b) => Number(a.active) - Number(b.active))) paintMark(pen, frame, mark);
}

function paintMark(pen: Pen, frame: Frame, mark: Mark): void {
  const pieces = piecesOf(mark.geometry, frame);
  const look = TONES[mark.tone];
  const rings = pieces.filter((piece) => piece.shape === "ring");
  if (rings.length > 0) paintRings(pen, rings, look, mark.active);
  for (const { shape, pixels } of pieces) {
    if (shape === "line") paintCased(pen, lineThrough(pixels), look, mark.active);
    else if (shape === "point") look.point(pen, pixels[0]!, mark.active ? 10 : 7, "#ffffff", look.colour, mark.active ? 4 : 2.5);
  }
  const top = pieces.flatMap((piece) => piece.pixels).sort((a, b) => a[1] - b[1])[0];
  if (mark.active && mark.label !== "" && top !== undefined) haloText(pen, mark.label, [top[0], top[1] - 20], `600 13px ${FONT}`, look.colour);
}

function paintRings(pen: Pen, rings: readonly Piece[], look: ToneLook, active: boolean): void {
  const path = new Path2D();
  for (const { pixels } of rings) {
    path.addPath(lineThrough(pixels));
    path.closePath();
  }
  pen.fillStyle = look.fill;
  pen.fill(path, "evenodd");
  paintCased(pen, path, look, active);
}

function paintCased(pen: Pen, path: Path2D, { colour, dash }: ToneLook, active: boolean): void {
  stroke(pen, path, { colour: "rgba(255, 255, 255, 0.9)", width: active ? 8 : 5 });
  stroke(pen, path, { colour, width: active ? 4 : 2.2, dash });
}
