/** A vector tile of a coverage, decoded once: rings in pixels of the tile, ready for drawing, picking and labels. */
import { VectorTile, type VectorTileFeature } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { boxOf, type Box, type Ring } from "../model/geometry";
import { TILE_PX } from "../model/mercator";

export interface Face {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly households: number | null;
  readonly rings: readonly Ring[];
  readonly box: Box;
}

export interface TileLayer {
  readonly faces: readonly Face[];
}

const EMPTY: TileLayer = { faces: [] };

export function decodeTile(bytes: ArrayBuffer, name: string): TileLayer {
  if (bytes.byteLength === 0) return EMPTY;
  const layer = new VectorTile(new PbfReader(new Uint8Array(bytes))).layers[name];
  if (!layer) return EMPTY;
  const faces: Face[] = [];
  for (let i = 0; i < layer.length; i++) faces.push(faceOf(layer.feature(i)));
  return { faces };
}

function faceOf(feature: VectorTileFeature): Face {
  const scale = TILE_PX / feature.extent;
  const rings = feature.loadGeometry().map((points) => ringOf(points, scale));
  const { code, name, kind, households } = feature.properties;
  return {
    code: String(code ?? ""),
    name: String(name ?? ""),
    kind: String(kind ?? ""),
    households: typeof households === "number" ? households : null,
    rings,
    box: boxOf(rings),
  };
}

/** The decoder repeats the first point at the end of a ring; the pictures and tests here close rings themselves. */
function ringOf(points: readonly { x: number; y: number }[], scale: number): Ring {
  const count = Math.max(points.length - 1, 0);
  const ring = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    ring[2 * i] = points[i]!.x * scale;
    ring[2 * i + 1] = points[i]!.y * scale;
  }
  return ring;
}
