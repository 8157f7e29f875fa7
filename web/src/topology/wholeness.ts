/** Whether all units below a unit are known: of a place opened by a box, some units above have only a part of theirs. */
import { edgesOf, outlineOf } from "./edges";
import type { Land } from "./land";
import type { Unit } from "./types";

/** Whether the units below a unit tile it, on every level; one without any does. */
export function isWhole(land: Land, unit: Unit): boolean {
  const children = land.children(unit.id).map((id) => land.units.get(id)!);
  return children.length === 0 || (tile(children, unit) && children.every((child) => isWhole(land, child)));
}

function tile(children: readonly Unit[], unit: Unit): boolean {
  const [outline, own] = [outlineOf(children.flatMap(edgesOf)), edgesOf(unit)];
  return own.length === outline.size && own.every((each) => outline.has(each));
}
