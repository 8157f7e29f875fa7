/** How a filing's map looks: neighbours grey, before dashed blue, after full orange, a hatch on what moved, numbers on what is to correct. */
import { tintOf, TINTS } from "../../model/colours";
import { nameWithin, shortName } from "../../model/names";
import type { Frame } from "../overlay";
import { pixelOf, type Pixel } from "../editor/camera";
import type { Path } from "../editor/comparing";
import { addRings, disc, haloText, stroke, type Pen } from "../editor/drawing";
import { FONT, SELECTED, TONE_COLOURS } from "../editor/look";
import { anchorOf, type PixelRing } from "../editor/placing";
import type { FiledFace } from "./faces";

const FACE_LINE = { colour: "#4d7975", width: 1.8 };
const NEIGHBOUR_LINE = { colour: "#a9b6b4", width: 1 };

export function ringsIn(frame: Frame, { rings }: FiledFace): PixelRing[] {
  return rings.map((ring: Path) => Float64Array.from(ring.flatMap((point) => pixelOf(frame, point))));
}

export function paintNeighbours(pen: Pen, frame: Frame, faces: readonly FiledFace[]): void {
  for (const face of faces) {
    const rings = ringsIn(frame, face);
    fill(pen, rings, TONE_COLOURS.locked);
    stroke(pen, pathOf(rings), NEIGHBOUR_LINE);
    name(pen, rings, face, "#5d6a69");
  }
}

/** The land of one side; below it nothing of the other is seen. */
export function paintFaces(pen: Pen, frame: Frame, faces: readonly FiledFace[]): void {
  for (const face of faces) {
    const rings = ringsIn(frame, face);
    fill(pen, rings, face.kind === "exclusive" ? TONE_COLOURS.exclusive : TINTS[tintOf(face.code, face.code.length)]!);
    stroke(pen, pathOf(rings), FACE_LINE);
  }
}

export function paintNames(pen: Pen, frame: Frame, faces: readonly FiledFace[]): void {
  for (const face of faces) name(pen, ringsIn(frame, face), face, "#24413f");
}

/** The outline of the face that is chosen. */
export function paintChosen(pen: Pen, frame: Frame, face: FiledFace): void {
  const path = pathOf(ringsIn(frame, face));
  pen.fillStyle = SELECTED.fill;
  pen.fill(path, "evenodd");
  stroke(pen, path, { colour: SELECTED.casing, width: 6 });
  stroke(pen, path, { colour: SELECTED.line, width: 3 });
}

/** A numbered disc on each face that is to be corrected; its number is that of the list. */
export function paintCorrections(pen: Pen, frame: Frame, faces: readonly FiledFace[]): void {
  faces.forEach((face, i) => {
    const anchor = anchorOf(ringsIn(frame, face));
    if (anchor === null) return;
    const at: Pixel = [anchor.x, anchor.y - 20];
    disc(pen, at, 12, "#b3261e", "#ffffff");
    pen.fillStyle = "#ffffff";
    pen.font = `700 13px ${FONT}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(String(i + 1), at[0], at[1] + 1);
  });
}

function fill(pen: Pen, rings: readonly PixelRing[], colour: string): void {
  pen.fillStyle = colour;
  pen.fill(pathOf(rings), "evenodd");
}

function pathOf(rings: readonly PixelRing[]): Path2D {
  const path = new Path2D();
  addRings(path, rings);
  return path;
}

function name(pen: Pen, rings: readonly PixelRing[], face: FiledFace, colour: string): void {
  const anchor = anchorOf(rings);
  const text = labelOf(face);
  if (anchor === null || anchor.room < 24) return;
  const font = `600 13px ${FONT}`;
  pen.font = font;
  if (pen.measureText(text).width > anchor.room * 1.15 + 4) return;
  haloText(pen, text, [anchor.x, anchor.y], font, colour);
}

/** 大山坪社区第2网格 → 第2网格: the map shows one village or its neighbours. */
export function labelOf({ name: full }: FiledFace): string {
  const village = /^(.*?(?:社区|村|居委会))/.exec(full)?.[1] ?? "";
  return nameWithin(shortName(full), village);
}
