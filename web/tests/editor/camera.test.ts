import { describe, expect, it } from "vitest";
import { worldPx, worldX, worldY } from "../../src/model/mercator";
import { boxAround, distancePx, joined, latticeOf, nearestOnSegment, nudged, pixelOf, unitsPerPixel } from "../../src/map/editor/camera";
import type { Point } from "../../src/topology";

/** A canvas with its corner at a lattice point. */
function frameAt([x, y]: Point, zoom: number) {
  const world = worldPx(zoom);
  const [left, top] = [Math.round(worldX(x / 1e7) * world), Math.round(worldY(y / 1e7) * world)];
  return { left, top, width: 1000, height: 800, zoom, world };
}

const LUZHOU: Point = [1_054_400_000, 288_900_000];

describe("the camera", () => {
  it.each([12, 16, 20, 22])("finds every lattice point again at zoom %i as far as a pixel tells", (zoom) => {
    const frame = frameAt(LUZHOU, zoom);
    const [east] = unitsPerPixel(frame, LUZHOU);
    for (let i = 0; i < 200; i++) {
      const point: Point = [LUZHOU[0] + Math.round(i * 3.7 * east), LUZHOU[1] - Math.round(i * 2.9 * east)];
      expect(latticeOf(frame, pixelOf(frame, point))).toEqual(point);
    }
  });

  it("tells single units apart at zoom 22", () => {
    const frame = frameAt(LUZHOU, 22);
    const here = pixelOf(frame, LUZHOU);
    const beside = pixelOf(frame, [LUZHOU[0] + 1, LUZHOU[1]]);
    expect(beside[0] - here[0]).toBeCloseTo(256 * 2 ** 22 / 3.6e9, 4);
  });

  it("moves by pixels, but never by nothing", () => {
    const frame = frameAt(LUZHOU, 16);
    const moved = nudged(frame, LUZHOU, 10, -1);
    const [before, after] = [pixelOf(frame, LUZHOU), pixelOf(frame, moved)];
    expect(after[0] - before[0]).toBeCloseTo(10, 1);
    expect(after[1] - before[1]).toBeCloseTo(1, 1);
    expect(nudged(frameAt(LUZHOU, 26), LUZHOU, 1, 0)).toEqual([LUZHOU[0] + 1, LUZHOU[1]]);
  });

  it("surrounds a pixel with a box on the lattice", () => {
    const frame = frameAt(LUZHOU, 18);
    const [west, south, east, north] = boxAround(frame, [100, 100], 10);
    expect(distancePx(pixelOf(frame, [west, north]), [90, 90])).toBeLessThan(0.1);
    expect(distancePx(pixelOf(frame, [east, south]), [110, 110])).toBeLessThan(0.1);
  });
});

describe("segments and boxes", () => {
  it("give the nearest place, also beyond an end and on a segment of length zero", () => {
    expect(nearestOnSegment([5, 4], [0, 0], [10, 0])).toEqual([5, 0]);
    expect(nearestOnSegment([15, 4], [0, 0], [10, 0])).toEqual([10, 0]);
    expect(nearestOnSegment([5, 4], [2, 2], [2, 2])).toEqual([2, 2]);
  });

  it("join, and nothing joined to a box is the box", () => {
    expect(joined([0, 0, 2, 2], [1, -1, 3, 1])).toEqual([0, -1, 3, 2]);
    expect(joined(null, [1, 1, 2, 2])).toEqual([1, 1, 2, 2]);
    expect(joined(null, null)).toBeNull();
  });
});
