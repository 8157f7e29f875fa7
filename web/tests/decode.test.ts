import { PbfWriter } from "pbf";
import { describe, expect, it } from "vitest";
import { decodeTile } from "../src/map/decode";

const zigzag = (value: number): number => (value << 1) ^ (value >> 31);

/** A tile with one square face, written field by field as the Mapbox Vector Tile specification 2.1 says. */
function squareTile(layer: string): ArrayBuffer {
  const tile = new PbfWriter();
  tile.writeMessage(3, writeLayer, layer);
  return new Uint8Array(tile.finish()).buffer;
}

function writeLayer(layer: string, pbf: PbfWriter): void {
  pbf.writeVarintField(15, 2);
  pbf.writeStringField(1, layer);
  pbf.writeVarintField(5, 4096);
  pbf.writeMessage(2, writeFeature, null);
  for (const key of ["code", "name", "kind", "households"]) pbf.writeStringField(3, key);
  for (const text of ["510502001001001", "第一网格", "comprehensive"]) {
    pbf.writeMessage(4, (value: string, inner: PbfWriter) => inner.writeStringField(1, value), text);
  }
  pbf.writeMessage(4, (value: number, inner: PbfWriter) => inner.writeVarintField(5, value), 412);
}

function writeFeature(_: null, pbf: PbfWriter): void {
  pbf.writePackedVarint(2, [0, 0, 1, 1, 2, 2, 3, 3]);
  pbf.writeVarintField(3, 3);
  // Move to (1024, 1024), three lines around the square, close.
  const lines = [2048, 0, 0, 2048, -2048, 0].map(zigzag);
  pbf.writePackedVarint(4, [9, zigzag(1024), zigzag(1024), 26, ...lines, 15]);
}

describe("a decoded tile", () => {
  it("holds the faces in pixels of the tile, without the repeated last point", () => {
    const { faces } = decodeTile(squareTile("grids"), "grids");
    expect(faces).toHaveLength(1);
    expect(faces[0]).toMatchObject({ code: "510502001001001", name: "第一网格", kind: "comprehensive", households: 412 });
    expect([...faces[0]!.rings[0]!]).toEqual([64, 64, 192, 64, 192, 192, 64, 192]);
    expect(faces[0]!.box).toEqual({ west: 64, north: 64, east: 192, south: 192 });
  });

  it("is empty for an empty answer and for another layer", () => {
    expect(decodeTile(new ArrayBuffer(0), "grids").faces).toEqual([]);
    expect(decodeTile(squareTile("towns"), "grids").faces).toEqual([]);
  });
});
