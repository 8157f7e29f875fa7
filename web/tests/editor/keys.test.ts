import { describe, expect, it } from "vitest";
import { intentOf } from "../../src/map/editor/keys";

const plain = { shift: false, alt: false, command: false };

describe("keys", () => {
  it("step by a pixel, by ten with shift and by one lattice unit with alt", () => {
    expect(intentOf({ ...plain, key: "ArrowUp" })).toEqual({ kind: "step", right: 0, up: 1, pixels: 1 });
    expect(intentOf({ ...plain, key: "ArrowLeft", shift: true })).toEqual({ kind: "step", right: -1, up: 0, pixels: 10 });
    expect(intentOf({ ...plain, key: "ArrowRight", alt: true })).toEqual({ kind: "step", right: 1, up: 0, pixels: "unit" });
  });

  it("leave the page's own keys alone, but for undoing what is unfinished", () => {
    expect(intentOf({ ...plain, key: "s", command: true })).toBeNull();
    expect(intentOf({ ...plain, key: "z", command: true, shift: true })).toBeNull();
    expect(intentOf({ ...plain, key: "z", command: true })).toEqual({ kind: "undo" });
    expect(intentOf({ ...plain, key: "Tab" })).toBeNull();
  });
});
