/**
 * The server's list of commands against the page's: what is to send, and whether somebody else came in between. Pure.
 *
 * `known` is what the server held when it last answered, `wanted` what the page has now, `found` what the server holds.
 */
import type { StoredCommand } from "../api/changeSets";

export type Commands = readonly StoredCommand[];

/** The next thing to do so that the server holds what is wanted. */
export type Step = { readonly kind: "none" } | { readonly kind: "undo" } | { readonly kind: "add"; readonly commands: Commands };

/** How what the server holds came about. */
export type Standing = "same" | "ours" | "conflict";

/** Written the same way for equal commands: members sorted, as the database may give them back in another order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(",")}}`;
}

export function equal(a: StoredCommand | undefined, b: StoredCommand | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && canonical(a) === canonical(b));
}

/** How many commands both lists begin with. */
export function common(a: Commands, b: Commands): number {
  let count = 0;
  while (count < a.length && count < b.length && equal(a[count], b[count])) count += 1;
  return count;
}

export function same(a: Commands, b: Commands): boolean {
  return a.length === b.length && common(a, b) === a.length;
}

export function nextStep(held: Commands, wanted: Commands): Step {
  const kept = common(held, wanted);
  if (kept < held.length) return { kind: "undo" };
  return kept === wanted.length ? { kind: "none" } : { kind: "add", commands: wanted.slice(kept) };
}

/**
 * Ours is whatever lies on the way from `known` to `wanted`: an answer may have been lost after the server had done its part.
 *
 *   known   a b c        wanted   a b x y
 *   ours    a b c, a b, a b x, a b x y        conflict   a, a b c d, a b z
 */
export function standing(known: Commands, wanted: Commands, found: Commands): Standing {
  if (same(found, known)) return "same";
  const kept = common(known, wanted);
  const isBeginning = (list: Commands): boolean => found.length >= kept && common(found, list) === found.length;
  return isBeginning(known) || isBeginning(wanted) ? "ours" : "conflict";
}

/** What the page made that the server has not got. */
export function unsaved(known: Commands, wanted: Commands): Commands {
  return wanted.slice(common(known, wanted));
}

/** A command made as number `k` names new units by that number; put in elsewhere it has to name them by the new one. */
export function renumbered(commands: Commands, from: number, by: number): Commands {
  if (by === 0) return commands;
  const moved = (text: string): string =>
    text.replace(/\+(\d+)\.(\d+)/g, (whole, position: string, place: string) =>
      Number(position) >= from ? `+${Number(position) + by}.${place}` : whole,
    );
  return commands.map((command) => withCodes(command, moved) as StoredCommand);
}

const CODE = /^\d{4,17}(\+\d+\.\d+)+$/;

function withCodes(value: unknown, moved: (text: string) => string): unknown {
  if (typeof value === "string") return CODE.test(value) ? moved(value) : value;
  if (Array.isArray(value)) return value.length > 0 && typeof value[0] === "number" ? value : value.map((one) => withCodes(one, moved));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === "name" ? one : withCodes(one, moved)]));
}

/** The page's own unsaved commands on top of what somebody else has put there. */
export function onTop(found: Commands, known: Commands, wanted: Commands): Commands {
  const own = unsaved(known, wanted);
  const from = wanted.length - own.length + 1;
  return [...found, ...renumbered(own, from, found.length + 1 - from)];
}
