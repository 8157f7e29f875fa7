/** The legend's pictures of incident families; the same shapes as on the map. */
import { HEAT_OPACITY } from "../map/style";
import { markOf } from "../model/colours";
import { shapePath } from "../model/shapes";
import { svg } from "./dom";

export function markPicture(family: string): SVGElement {
  const { colour, shape } = markOf(family);
  const outline = svg("path", { d: shapePath(shape, 5), fill: colour, stroke: "#1d2b2d", "stroke-width": "1.2" });
  return svg("svg", { viewBox: "-8 -8 16 16", width: "18", height: "18", "aria-hidden": "true", class: "mark" }, outline);
}

export function swatch(colour: string): SVGElement {
  const square = svg("rect", { x: "1", y: "1", width: "20", height: "12", rx: "2", fill: colour, "fill-opacity": String(HEAT_OPACITY), stroke: "#5c6b6d" });
  return svg("svg", { viewBox: "0 0 22 14", width: "22", height: "14", "aria-hidden": "true", class: "mark" }, square);
}

export function lineSample(colour: string, width: number): SVGElement {
  const line = svg("line", { x1: "1", y1: "7", x2: "21", y2: "7", stroke: colour, "stroke-width": String(width) });
  return svg("svg", { viewBox: "0 0 22 14", width: "22", height: "14", "aria-hidden": "true", class: "mark" }, line);
}

export function hatchSample(colour: string): SVGElement {
  const frame = svg("rect", { x: "1", y: "1", width: "20", height: "12", fill: "#ffffff", stroke: "#7f9c99" });
  const lines = svg("path", { d: "M6 1 1 6M12 1 1 12M18 1 7 13M21 4l-9 9M21 10l-4 3", stroke: colour, fill: "none" });
  return svg("svg", { viewBox: "0 0 22 14", width: "22", height: "14", "aria-hidden": "true", class: "mark" }, frame, lines);
}
