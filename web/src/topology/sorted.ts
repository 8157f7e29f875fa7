/** Things with a box, sorted from west to east, to find those near a box without looking at all. */
import { overlap } from "./land";
import type { Box } from "./types";

export class Sorted<T> {
  private readonly items: readonly T[];
  private readonly boxes: readonly Box[];
  private readonly widest: number;

  constructor(items: readonly T[], boxOf: (item: T) => Box) {
    const rows = items.map((item) => ({ item, box: boxOf(item) })).sort((a, b) => a.box[0] - b.box[0]);
    this.items = rows.map((row) => row.item);
    this.boxes = rows.map((row) => row.box);
    this.widest = this.boxes.reduce((most, box) => Math.max(most, box[2] - box[0]), 0);
  }

  /** Those whose boxes meet a box, from west to east. */
  near(box: Box): T[] {
    const found: T[] = [];
    for (let i = this.from(box[0] - this.widest); i < this.items.length && this.boxes[i]![0] <= box[2]; i++) {
      if (overlap(this.boxes[i]!, box)) found.push(this.items[i]!);
    }
    return found;
  }

  private from(west: number): number {
    let [low, high] = [0, this.boxes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.boxes[middle]![0] < west) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
