/** What the id of a unit tells: its level and the unit it lies in. New ones are called `<parent>+<position>.<place>`. */
import { LEVELS, type Level } from "./types";

const NEW = "+";
/** Digits of a code on each level. */
const DIGITS: Readonly<Record<Level, number>> = { city: 4, county: 6, town: 9, village: 12, grid: 15, micro_grid: 17 };

export function newId(parent: string, position: number, place: number): string {
  return `${parent}${NEW}${position}.${place}`;
}

/** Null for a city. */
export function parentOfId(id: string): string | null {
  const at = id.lastIndexOf(NEW);
  if (at >= 0) return id.slice(0, at);
  const level = LEVELS.find((each) => DIGITS[each] === id.length);
  return level === undefined || level === "city" ? null : id.slice(0, DIGITS[above(level)!]);
}

function above(level: Level): Level | null {
  return LEVELS[LEVELS.indexOf(level) - 1] ?? null;
}

/** The level below; null below a micro-grid. */
export function below(level: Level): Level | null {
  return LEVELS[LEVELS.indexOf(level) + 1] ?? null;
}

/** A unit's id and those of all units it lies in, from itself up to the city. */
export function upwards(id: string): string[] {
  const parent = parentOfId(id);
  return parent === null ? [id] : [id, ...upwards(parent)];
}

/** The smallest unit that holds some units, and is none of them; null if there is none. */
export function commonParent(ids: readonly string[]): string | null {
  const [first, ...others] = ids.map((id) => upwards(id).slice(1));
  return first?.find((id) => others.every((each) => each.includes(id))) ?? null;
}
