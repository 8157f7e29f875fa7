/** What holds for all actions on one level: which units may be changed, and what becomes of those below them. */
import { commonParent, parentOfId } from "./ids";
import type { Draft, Land } from "./land";
import { refuse } from "./refusals";
import type { Command, Done, Unit } from "./types";
import { isWhole } from "./wholeness";

/** A unit by its id. */
export function known(land: Land, id: string): Unit {
  return land.units.get(id) ?? refuse("unknown_unit", [id]);
}

/** A unit whose land may change: it lies below the scope, is no neighbour, and all units below it are known. */
export function editable(land: Land, id: string): Unit {
  const unit = known(land, id);
  if (unit.level === "city") refuse("no_siblings", [id]);
  if (unit.locked || id === land.scope || parentOfId(id) === null || !isWhole(land, unit)) refuse("out_of_scope", [id]);
  return unit;
}

/** A unit that something can be drawn on: where lower units are not known yet, it cannot be cut as the server cuts it. */
export function settledUnit(land: Land, id: string): Unit {
  const unit = editable(land, id);
  const pending = land.lowest(id).filter((each) => each.pending);
  if (pending.length > 0) refuse("edit_conflict", pending.map((each) => each.id));
  return unit;
}

/** A unit among whose children something can be drawn. */
export function divided(land: Land, id: string): Unit {
  const unit = known(land, id);
  if (unit.locked) refuse("out_of_scope", [id]);
  if (unit.level === "micro_grid") refuse("wrong_level", [id]);
  if (unit.pending) refuse("edit_conflict", [id]);
  if (land.isLowest(unit)) refuse("not_divided", [id]);
  return unit;
}

/** The unit in which all of some units lie, one level up. */
export function parentOfAll(land: Land, units: readonly Unit[]): string {
  const parents = new Set(units.map((unit) => parentOfId(unit.id)));
  if (parents.size > 1) refuse("not_siblings", units.map((unit) => unit.id));
  return divided(land, [...parents][0]!).id;
}

/** The smallest unit in which some vertex's lowest units lie. */
export function parentOfLowest(land: Land, units: readonly Unit[]): string {
  const parent = commonParent(units.map((unit) => unit.id));
  return parent !== null && land.units.has(parent) ? parent : refuse("out_of_scope", units.map((unit) => unit.id));
}

/**
 * Puts units of one level in the place of others. If any of the old ones has lower units, these go, and how they follow is not known
 * until the server has told.
 */
export function place(draft: Draft, old: readonly Unit[], placed: readonly Unit[]): void {
  const below = old.flatMap(({ id }) => draft.base.descendants(id));
  const pending = below.length > 0 || old.some((unit) => unit.pending);
  for (const id of below) draft.remove(id);
  const staying = new Set(placed.map(({ id }) => id));
  for (const { id } of old) if (!staying.has(id)) draft.remove(id);
  for (const unit of placed) draft.put({ ...unit, pending, divided: pending });
}

export function done(draft: Draft, command: Command, selected: string | null): Done {
  const coverage = draft.done();
  const touched = [...draft.touched].filter((id) => coverage.units.has(id) || draft.base.units.has(id));
  return { ok: true, coverage, command, touched, selected };
}
