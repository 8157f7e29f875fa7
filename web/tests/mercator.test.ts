import { describe, expect, it } from "vitest";
import { bandAt, incidentsAsPoints, listedAt, listedLevel } from "../src/model/bands";
import { Lru } from "../src/model/lru";
import { latOf, lonOf, metresPerPixel, worldX, worldY, zoomThatShows } from "../src/model/mercator";
import { signal } from "../src/model/signal";
import { sizeState } from "../src/model/size";

describe("web mercator", () => {
  it("comes back from the world's square", () => {
    for (const [lon, lat] of [[105.44, 28.88], [-70, -33], [0, 0]] as const) {
      expect(lonOf(worldX(lon))).toBeCloseTo(lon, 9);
      expect(latOf(worldY(lat))).toBeCloseTo(lat, 9);
    }
  });

  it("has the pixel sizes of the well-known scale", () => {
    expect(metresPerPixel(0, 0)).toBeCloseTo(156_543.03, 1);
    expect(metresPerPixel(14, 60)).toBeCloseTo(156_543.03 / 2 ** 14 / 2, 3);
  });

  it("finds the zoom at which a distance still fits", () => {
    const zoom = zoomThatShows(5000, 28.88, 130);
    expect(5000 / metresPerPixel(zoom, 28.88)).toBeLessThanOrEqual(130);
    expect(5000 / metresPerPixel(zoom + 1, 28.88)).toBeGreaterThan(130);
  });
});

describe("zoom bands", () => {
  it("show towns far away, grids at a middle distance, micro-grids under grid borders near by", () => {
    expect([8, 10, 11, 13, 14, 18].map((zoom) => bandAt(zoom).fill)).toEqual([
      "towns", "towns", "grids", "grids", "micro-grids", "micro-grids",
    ]);
    expect(bandAt(14).borders.slice(0, 2)).toEqual(["micro-grids", "grids"]);
  });

  it("list what is drawn, and turn counts into points where micro-grids appear", () => {
    expect([10, 11, 16].map(listedAt)).toEqual(["towns", "grids", "grids"]);
    expect([10, 16].map(listedLevel)).toEqual(["town", "grid"]);
    expect([13, 14].map(incidentsAsPoints)).toEqual([false, true]);
  });
});

describe("the cache of tiles", () => {
  it("drops what was used longest ago", () => {
    const cache = new Lru<number>(2);
    cache.set("a", 1);
    cache.set("b", 2);
    expect(cache.get("a")).toBe(1);
    cache.set("c", 3);
    expect([cache.get("a"), cache.get("b"), cache.get("c"), cache.size]).toEqual([1, undefined, 3, 2]);
  });
});

describe("a signal", () => {
  it("tells its readers until they stop", () => {
    const seen: number[] = [];
    const source = signal(1);
    const stop = source.subscribe((value) => seen.push(value));
    source.set(2);
    stop();
    source.set(3);
    expect(seen).toEqual([2]);
    expect(source.get()).toBe(3);
  });
});

describe("the size of a grid", () => {
  it("is within, below or above its range, both ends included", () => {
    const rule = { min: 300, max: 500, ok: null };
    expect([299, 300, 500, 501].map((count) => sizeState(count, rule))).toEqual(["below", "within", "within", "above"]);
  });
});
