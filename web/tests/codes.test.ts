import { describe, expect, it } from "vitest";
import { collectionOf, levelOf, parentOf } from "../src/model/codes";

const codes = ["5105", "510502", "510502001", "510502001001", "510502001001001", "51050200100100101"];

describe("codes", () => {
  it("tell the level by their length", () => {
    expect(codes.map(levelOf)).toEqual(["city", "county", "town", "village", "grid", "micro_grid"]);
    expect(levelOf("51050")).toBeNull();
    expect(levelOf("五一〇五")).toBeNull();
  });

  it("hold their parent's code as a prefix", () => {
    expect(codes.map(parentOf)).toEqual([null, ...codes.slice(0, -1)]);
  });

  it("know the collection that holds them", () => {
    expect(codes.map(collectionOf).slice(3)).toEqual(["jurisdictions", "grids", "micro-grids"]);
  });
});
