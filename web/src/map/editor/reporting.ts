/** Tells the store what cannot be done, once: a drag tries the same forbidden place many times. */
import { unitAt, type Point, type Refusal } from "../../topology";
import type { Store } from "../../workbench/store";

export function report(store: Store, refusal: Refusal | null): void {
  const shown = store.refusal.get();
  if (alike(shown, refusal)) return;
  if (refusal === null) store.refusal.set(null);
  else store.refuse(refusal);
}

function alike(a: Refusal | null, b: Refusal | null): boolean {
  if (a === null || b === null) return a === b;
  return a.code === b.code && String(a.place) === String(b.place) && String(a.units) === String(b.units);
}

/** The unit of the level worked on at a place; locked neighbours are none of it. */
export function unitUnder(store: Store, at: Point): string | null {
  const land = store.coverage.get();
  const unit = land === null ? null : unitAt(land, at, store.level.get());
  return unit === null || land!.units.get(unit)?.locked ? null : unit;
}
