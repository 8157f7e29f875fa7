import { describe, expect, it } from "vitest";
import { added, begun, closes, finished, pointed, tentative, tookBack } from "../../src/map/editor/sketch";

const A = [0, 0] as const;
const B = [10, 0] as const;
const C = [10, 10] as const;

describe("a line being drawn", () => {
  it("is nothing to act on before it has two points", () => {
    expect(finished(added(begun("line"), A))).toBeNull();
    expect(finished(added(added(begun("line"), A), B))).toEqual([A, B]);
  });

  it("takes the two clicks of a double click for one point, so no piece has length zero", () => {
    const twice = added(added(added(begun("line"), A), B), B);
    expect(twice.points).toEqual([A, B]);
    expect(finished(added(added(begun("line"), A), A))).toBeNull();
  });

  it("shows the piece up to the pointer without keeping it", () => {
    const sketch = pointed(added(begun("line"), A), B);
    expect(tentative(sketch)).toEqual([A, B]);
    expect(finished(sketch)).toBeNull();
    expect(tentative(pointed(sketch, null))).toBeNull();
    expect(tentative(pointed(sketch, A))).toBeNull();
  });

  it("gives points back one by one, and an empty one stays empty", () => {
    const sketch = added(added(begun("line"), A), B);
    expect(tookBack(sketch).points).toEqual([A]);
    expect(tookBack(tookBack(tookBack(sketch))).points).toEqual([]);
  });
});

describe("a ring being drawn", () => {
  const ring = added(added(added(begun("ring"), A), B), C);

  it("needs three corners", () => {
    expect(finished(tookBack(ring))).toBeNull();
    expect(finished(ring)).toEqual([A, B, C]);
  });

  it("closes at its first corner, and a line never does", () => {
    expect(closes(ring, A)).toBe(true);
    expect(closes(ring, B)).toBe(false);
    expect(closes(tookBack(ring), A)).toBe(false);
    expect(closes(added(added(added(begun("line"), A), B), C), A)).toBe(false);
  });
});
