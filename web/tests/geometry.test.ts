import { describe, expect, it } from "vitest";
import { boxHas, boxOf, boxesMeet, contains, moments, type Ring } from "../src/model/geometry";

// A square of 10 with a square hole of 2 in its middle, and a second part to the right.
//
//   0----------10   12--14
//   |  4--6     |    |   |
//   |  |  |     |    |   |
//   |  4--6     |   12--14
//   0----------10
const shell: Ring = new Float32Array([0, 0, 10, 0, 10, 10, 0, 10]);
const hole: Ring = new Float32Array([4, 4, 4, 6, 6, 6, 6, 4]);
const part: Ring = new Float32Array([12, 2, 14, 2, 14, 8, 12, 8]);
const face = [shell, hole, part];

describe("contains", () => {
  it("is true inside the shell and the second part, false in the hole and outside", () => {
    expect(contains(face, 2, 2)).toBe(true);
    expect(contains(face, 13, 5)).toBe(true);
    expect(contains(face, 5, 5)).toBe(false);
    expect(contains(face, 11, 5)).toBe(false);
  });

  it("gives a point on the edge of two neighbours to exactly one of them", () => {
    const right: Ring = new Float32Array([10, 0, 20, 0, 20, 10, 10, 10]);
    for (let y = 0.5; y < 10; y++) expect([[shell], [right]].filter((rings) => contains(rings, 10, y))).toHaveLength(1);
  });
});

describe("moments", () => {
  it("subtract a hole that runs the other way", () => {
    const { area, mx, my } = moments([shell, hole]);
    expect(Math.abs(area)).toBe(96);
    expect(mx / area).toBeCloseTo(5);
    expect(my / area).toBeCloseTo(5);
  });

  it("of the pieces of a cut face add up to those of the face", () => {
    const left: Ring = new Float32Array([0, 0, 3, 0, 3, 10, 0, 10]);
    const rest: Ring = new Float32Array([3, 0, 10, 0, 10, 10, 3, 10]);
    const [a, b, whole] = [moments([left]), moments([rest]), moments([shell])];
    expect(a.area + b.area).toBeCloseTo(whole.area);
    expect(a.mx + b.mx).toBeCloseTo(whole.mx);
  });
});

describe("boxes", () => {
  it("surround all rings and know what they hold and meet", () => {
    const box = boxOf(face);
    expect(box).toEqual({ west: 0, north: 0, east: 14, south: 10 });
    expect(boxHas(box, 14, 10)).toBe(true);
    expect(boxHas(box, 14.1, 10)).toBe(false);
    expect(boxesMeet(box, boxOf([new Float32Array([14, 10, 15, 10, 15, 11])]))).toBe(true);
    expect(boxesMeet(box, boxOf([new Float32Array([15, 0, 16, 0, 16, 1])]))).toBe(false);
  });
});
