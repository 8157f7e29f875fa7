/** Units by id as a value: a map whose changed copy shares what has not changed. */
import type { Paged } from "./paged";
import type { Unit } from "./types";

/** Where each id that any copy has ever held stands. Shared by all copies, and only added to: an id keeps its slot. */
export class Slots {
  private readonly slots = new Map<string, number>();
  private readonly ids: string[] = [];

  find(id: string): number | undefined {
    return this.slots.get(id);
  }

  of(id: string): number {
    const known = this.slots.get(id);
    if (known !== undefined) return known;
    this.ids.push(id);
    this.slots.set(id, this.ids.length - 1);
    return this.ids.length - 1;
  }

  id(slot: number): string {
    return this.ids[slot]!;
  }
}

export class UnitTable implements ReadonlyMap<string, Unit> {
  constructor(
    readonly slots: Slots,
    readonly rows: Paged<Unit | undefined>,
    readonly size: number,
  ) {}

  get(id: string): Unit | undefined {
    const slot = this.slots.find(id);
    return slot === undefined ? undefined : this.rows.get(slot);
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  forEach(call: (unit: Unit, id: string, map: ReadonlyMap<string, Unit>) => void): void {
    for (const unit of this.values()) call(unit, unit.id, this);
  }

  *values(): Generator<Unit, undefined> {
    for (let slot = 0; slot < this.rows.length; slot++) {
      const unit = this.rows.get(slot);
      if (unit !== undefined) yield unit;
    }
    return undefined;
  }

  *keys(): Generator<string, undefined> {
    for (const unit of this.values()) yield unit.id;
    return undefined;
  }

  *entries(): Generator<[string, Unit], undefined> {
    for (const unit of this.values()) yield [unit.id, unit];
    return undefined;
  }

  [Symbol.iterator](): Generator<[string, Unit], undefined> {
    return this.entries();
  }
}
