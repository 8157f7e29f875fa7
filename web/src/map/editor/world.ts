/** Vertices as fractions of the world's square, kept: a logarithm for each vertex at every frame would be most of the work of painting. */
import type { Coverage, Ring, Unit } from "../../topology";
import { worldX, worldY } from "../../model/mercator";
import type { Frame } from "../overlay";
import { UNITS_PER_DEGREE } from "./camera";
import type { PixelRing } from "./placing";

export class WorldTable {
  /** For each vertex its lattice point and its place in the world: x, y, worldX, worldY. */
  private table = new Float64Array(0);

  /** Pixels of a ring's vertices on the canvas. */
  ring(coverage: Coverage, ring: Ring, frame: Frame): PixelRing {
    const pixels = new Float64Array(ring.length * 2);
    for (let i = 0; i < ring.length; i++) {
      const at = this.place(coverage, ring[i]!);
      pixels[2 * i] = this.table[at + 2]! * frame.world - frame.left;
      pixels[2 * i + 1] = this.table[at + 3]! * frame.world - frame.top;
    }
    return pixels;
  }

  rings(coverage: Coverage, unit: Unit, frame: Frame): PixelRing[] {
    return unit.parts.flatMap((part) => part.map((ring) => this.ring(coverage, ring, frame)));
  }

  /** Where the vertex stands in the table, brought up to date if the vertex has moved. */
  private place(coverage: Coverage, vertex: number): number {
    const at = vertex * 4;
    if (at + 4 > this.table.length) this.grow(at + 4);
    const [x, y] = coverage.position(vertex);
    if (this.table[at] !== x || this.table[at + 1] !== y) {
      this.table[at] = x;
      this.table[at + 1] = y;
      this.table[at + 2] = worldX(x / UNITS_PER_DEGREE);
      this.table[at + 3] = worldY(y / UNITS_PER_DEGREE);
    }
    return at;
  }

  private grow(least: number): void {
    const larger = new Float64Array(Math.max(least, this.table.length * 2, 4096)).fill(Number.NaN);
    larger.set(this.table);
    this.table = larger;
  }
}
