/** The map of a change for paper: vectors, since a canvas would print as its pixels. */
import { t } from "../../i18n/i18n";
import { anchorOf } from "../../map/editor/placing";
import { UNITS_PER_DEGREE } from "../../map/editor/camera";
import type { Path } from "../../map/editor/comparing";
import type { FiledFace, Sides } from "../../map/filing/faces";
import { labelOf } from "../../map/filing/paint";
import type { Point } from "../../topology";
import { h, svg } from "../dom";

const WIDTH = 720;
const TALLEST = 460;
const AIR = 12;

type Place = (point: Point) => readonly [number, number];

export function printFigure(sides: Sides): HTMLElement {
  const { place, height } = onPaper(sides);
  const { before, after, moved } = sides.difference;
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${height}`, class: "print-map", role: "img", "aria-label": t("of.printMap") },
    svg("defs", {}, hatch()),
    ...sides.after.map((face) => line(face.rings, place, true, "print-face")),
    ...moved.map((rings) => line(rings, place, true, "print-moved")),
    line(after, place, false, "print-after"),
    line(before, place, false, "print-before"),
    ...sides.after.flatMap((face) => label(face, place)),
  );
  return h("figure", {}, picture, h("figcaption", {}, t("of.printLegend")));
}

/** North up; a degree of longitude is shorter than one of latitude by the cosine of the latitude. */
function onPaper({ box: [west, south, east, north] }: Sides): { readonly place: Place; readonly height: number } {
  const shrink = Math.cos((((south + north) / 2 / UNITS_PER_DEGREE) * Math.PI) / 180);
  const [wide, high] = [Math.max((east - west) * shrink, 1), Math.max(north - south, 1)];
  const scale = Math.min((WIDTH - 2 * AIR) / wide, (TALLEST - 2 * AIR) / high);
  const left = (WIDTH - wide * scale) / 2;
  return { place: ([x, y]) => [left + (x - west) * shrink * scale, AIR + (north - y) * scale], height: Math.round(high * scale + 2 * AIR) };
}

function line(paths: readonly Path[], place: Place, closes: boolean, className: string): SVGElement {
  const text = (path: Path): string => path.map((point, i) => `${i === 0 ? "M" : "L"}${place(point).map((one) => one.toFixed(1)).join(" ")}`).join("");
  return svg("path", { class: className, "fill-rule": "evenodd", d: paths.map((path) => text(path) + (closes ? "Z" : "")).join("") });
}

function hatch(): SVGElement {
  const attributes = { id: "print-hatch", width: "7", height: "7", patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  return svg("pattern", attributes, svg("path", { d: "M0 0V7", class: "print-stroke" }));
}

function label(face: FiledFace, place: Place): SVGElement[] {
  const anchor = anchorOf(face.rings.map((ring) => Float64Array.from(ring.flatMap((point) => [...place(point)]))));
  if (anchor === null || anchor.room < 24) return [];
  const text = svg("text", { x: anchor.x.toFixed(1), y: anchor.y.toFixed(1), "text-anchor": "middle", lang: "zh-CN" });
  text.textContent = labelOf(face);
  return [text];
}
