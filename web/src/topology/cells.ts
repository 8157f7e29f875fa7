/** Which units lie near a place: a grid of cells over the place, each with the units whose box meets it, as a value. */
import { Paged, type PagedDraft } from "./paged";
import type { Box } from "./types";

/** Units over more cells than this stand in a list of their own, so that none is written into thousands of cells. */
const MOST_CELLS = 64;
const MOST_COLUMNS = 128;

interface Frame {
  readonly box: Box;
  readonly columns: number;
}

/** First and last column, first and last row. */
type Range = readonly [number, number, number, number];

export class Cells {
  constructor(
    private readonly frame: Frame,
    private readonly cells: Paged<readonly number[]>,
    private readonly wide: readonly number[],
  ) {}

  /** Empty cells over a box for so many units. */
  static over(box: Box, units: number): Cells {
    const columns = Math.min(Math.max(Math.ceil(Math.sqrt(units)), 1), MOST_COLUMNS);
    return new Cells({ box, columns }, Paged.of(new Array<readonly number[]>(columns * columns).fill([])), []);
  }

  /** Slots of the units whose boxes may meet a box, each once. */
  near(box: Box): Iterable<number> {
    const found = new Set(this.wide);
    for (const cell of cellsIn(this.frame, rangeOf(this.frame, box))) {
      for (const slot of this.cells.get(cell)!) found.add(slot);
    }
    return found;
  }

  draft(): CellsDraft {
    return new CellsDraft(this.frame, this.cells.draft(), this.wide);
  }
}

export class CellsDraft {
  constructor(
    private readonly frame: Frame,
    private readonly cells: PagedDraft<readonly number[]>,
    private wide: readonly number[],
  ) {}

  /** Notes that a unit's box is another one: null before it is there and after it has gone. */
  replace(slot: number, before: Box | null, after: Box | null): void {
    const [from, to] = [before && rangeOf(this.frame, before), after && rangeOf(this.frame, after)];
    if (from && to && from.every((value, i) => value === to[i])) return;
    if (from) this.write(from, (slots) => slots.filter((each) => each !== slot));
    if (to) this.write(to, (slots) => [...slots, slot]);
  }

  private write(range: Range, change: (slots: readonly number[]) => readonly number[]): void {
    if (isWide(range)) {
      this.wide = change(this.wide);
      return;
    }
    for (const cell of cellsIn(this.frame, range)) this.cells.set(cell, change(this.cells.get(cell)!));
  }

  done(): Cells {
    return new Cells(this.frame, this.cells.done(), this.wide);
  }
}

function isWide([west, east, south, north]: Range): boolean {
  return (east - west + 1) * (north - south + 1) > MOST_CELLS;
}

function rangeOf({ box, columns }: Frame, [west, south, east, north]: Box): Range {
  const cell = (value: number, low: number, high: number): number =>
    Math.min(Math.max(Math.floor(((value - low) / Math.max(high - low, 1)) * columns), 0), columns - 1);
  return [cell(west, box[0], box[2]), cell(east, box[0], box[2]), cell(south, box[1], box[3]), cell(north, box[1], box[3])];
}

function* cellsIn({ columns }: Frame, [west, east, south, north]: Range): Generator<number> {
  for (let row = south; row <= north; row++) for (let column = west; column <= east; column++) yield row * columns + column;
}
