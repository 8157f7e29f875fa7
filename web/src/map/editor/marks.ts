/** Findings, mends and the like on the map: which one a pointer means. */
import type { Geometry, Position } from "geojson";
import type { Mark } from "../../workbench/store";
import type { Frame } from "../overlay";
import { distancePx, nearestOnSegment, pixelOf, UNITS_PER_DEGREE, type Pixel } from "./camera";

const REACH_PX = 12;

export type Piece = { readonly shape: "point" | "line" | "ring"; readonly pixels: readonly Pixel[] };

/** A geometry taken apart into points, lines and rings on the canvas. */
export function piecesOf(geometry: Geometry, frame: Frame): Piece[] {
  const line = (shape: Piece["shape"], positions: readonly Position[]): Piece => ({ shape, pixels: positions.map((at) => onCanvas(at, frame)) });
  switch (geometry.type) {
    case "Point":
      return [line("point", [geometry.coordinates])];
    case "MultiPoint":
      return geometry.coordinates.map((at) => line("point", [at]));
    case "LineString":
      return [line("line", geometry.coordinates)];
    case "MultiLineString":
      return geometry.coordinates.map((positions) => line("line", positions));
    case "Polygon":
      return geometry.coordinates.map((positions) => line("ring", positions));
    case "MultiPolygon":
      return geometry.coordinates.flat().map((positions) => line("ring", positions));
    case "GeometryCollection":
      return geometry.geometries.flatMap((one) => piecesOf(one, frame));
  }
}

function onCanvas([lon, lat]: Position, frame: Frame): Pixel {
  return pixelOf(frame, [lon! * UNITS_PER_DEGREE, lat! * UNITS_PER_DEGREE]);
}

/** The mark nearest to a pixel, within reach of its points and lines. */
export function markAt(marks: readonly Mark[], frame: Frame, px: Pixel): string | null {
  let [best, bestPx]: [string | null, number] = [null, REACH_PX];
  for (const mark of marks) {
    const far = Math.min(...piecesOf(mark.geometry, frame).map((piece) => distanceTo(piece.pixels, px)));
    if (far <= bestPx) [best, bestPx] = [mark.id, far];
  }
  return best;
}

function distanceTo(pixels: readonly Pixel[], px: Pixel): number {
  if (pixels.length === 1) return distancePx(px, pixels[0]!);
  return Math.min(...pixels.slice(1).map((end, i) => distancePx(px, nearestOnSegment(px, pixels[i]!, end))));
}
