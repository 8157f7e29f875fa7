import { describe, expect, it } from "vitest";
import { parseCoordinates } from "../src/model/coordinates";
import { readHash, writeHash } from "../src/model/hash";
import { nameWithin, shortName } from "../src/model/names";

describe("typed coordinates", () => {
  it.each([
    "105.44, 28.88",
    "105.44，28.88",
    "105.44 28.88",
    " 105.44,28.88 ",
    "105.44；28.88",
    "东经105.44°，北纬28.88°",
    "105.44E 28.88N",
    "经度：105.44 纬度：28.88",
    "lon=105.44, lat=28.88",
  ])("are read from %s", (text) => {
    expect(parseCoordinates(text)).toEqual({ lon: 105.44, lat: 28.88, swapped: false });
  });

  it("are put in order where the latitude came first", () => {
    expect(parseCoordinates("28.88, 105.44")).toEqual({ lon: 105.44, lat: 28.88, swapped: true });
  });

  it.each(["", "510502001001001", "105.44", "江阳区", "1.2.3, 4", "200, 300", "105.44, 28.88, 3", "NaN, 28"])(
    "are not read from “%s”",
    (text) => {
      expect(parseCoordinates(text)).toBeNull();
    },
  );
});

describe("the address of a place", () => {
  it("comes back as it was written", () => {
    const place = { zoom: 14, lat: 28.88123, lon: 105.44001, code: "510502001001001" };
    expect(readHash(writeHash(place))).toEqual(place);
    expect(readHash(writeHash({ ...place, code: null }))).toEqual({ ...place, code: null });
  });

  it.each(["", "#", "#a/b/c", "#99/28/105", "#14/99/105", "#14/28/999", "#14/28/105/<b>", "#panel"])("is not read from “%s”", (hash) => {
    expect(readHash(hash)).toBeNull();
  });
});

describe("names", () => {
  it("lose the words that every village committee has", () => {
    expect(shortName("上平社区居民委员会")).toBe("上平社区");
    expect(shortName("黄舣村村民委员会")).toBe("黄舣村");
    expect(shortName("黄舣村委会")).toBe("黄舣村");
    expect(shortName("南城街道办事处")).toBe("南城街道");
    expect(shortName("江阳区")).toBe("江阳区");
  });

  it("of a grid lose the village's name where they start with it", () => {
    expect(nameWithin("上平社区第一网格", "上平社区居民委员会")).toBe("第一网格");
    expect(nameWithin("学校专属网格", "上平社区居民委员会")).toBe("学校专属网格");
    expect(nameWithin("上平社区", "上平社区居民委员会")).toBe("上平社区");
    expect(nameWithin("第一网格", "")).toBe("第一网格");
  });
});
