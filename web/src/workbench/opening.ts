/** Opening a place and a change set: what to fetch, and the history to begin with. */
import type { ChangeSet, StoredCommand } from "../api/changeSets";
import { Problem } from "../api/client";
import { getChangedLand, getLand, type LandQuery } from "../api/lands";
import { open, type Coverage, type LandAnswer } from "../topology";
import type { Box, Place } from "./address";
import { begun, withState, type Work } from "./history";
import type { Entry } from "./journal";
import { common, same, standing, unsaved, type Commands } from "./reconciling";
import { replayed } from "./replaying";

export interface Lands {
  readonly today: Coverage;
  /** After the commands that the server holds; null where one of them works no more. */
  readonly changed: Coverage | null;
  readonly broken: Problem | null;
  /** Of what can be edited: west, south, east, north in degrees. */
  readonly bbox: Box;
  readonly scope: string;
}

export function queryOf(place: Place): LandQuery {
  return place.kind === "unit" ? { parent: place.code } : { bbox: place.box };
}

export async function fetchLands(place: Place, set: ChangeSet | null, signal: AbortSignal): Promise<Lands> {
  const query = queryOf(place);
  const today = getLand(query, set === null ? null : instantBefore(set), signal);
  const after = set === null ? null : getChangedLand(set.id, query, signal).catch(brokenCommand);
  const [base, answer] = await Promise.all([today, after]);
  const isBroken = answer instanceof Problem;
  const changed = answer === null || isBroken ? null : open(answer);
  return { today: open(base), changed, broken: isBroken ? answer : null, bbox: base.bbox, scope: base.scope };
}

/** What is in force is compared with the map it came upon, everything else with the map of now. */
export function instantBefore({ state, effective_at }: Pick<ChangeSet, "state" | "effective_at">): string | null {
  if (effective_at === null || !["in_force", "superseded"].includes(state)) return null;
  return new Date(Date.parse(effective_at) - A_SECOND_MS).toISOString();
}

const A_SECOND_MS = 1000;

/** A command that fails is told beside the land; everything else is a failure to open. */
function brokenCommand(error: unknown): Problem {
  if (error instanceof Problem && typeof error.details["command"] === "number") return error;
  throw error;
}

export const landAsOf = (place: Place, at: string | null, signal: AbortSignal): Promise<LandAnswer> => getLand(queryOf(place), at, signal);

export interface Begin {
  readonly work: Work;
  readonly wanted: Commands;
  readonly redo: Commands;
  /** So many commands of the journal were not on the server yet. */
  readonly restored: number;
  /** Somebody else has edited the change set while the journal held unsaved work. */
  readonly conflict: Entry | null;
}

/** What the page begins with: the server's commands, and on top of them what this browser's journal still has. */
export function beginning(lands: Lands, set: ChangeSet, entry: Entry | null): Begin {
  const held = set.commands;
  const theirs = { wanted: held, redo: [], restored: 0, conflict: null };
  if (entry === null) return { ...theirs, work: workOf(lands, held, held, []) };
  const waiting = common(entry.known, entry.wanted) < Math.max(entry.known.length, entry.wanted.length);
  const isOurs = standing(entry.known, entry.wanted, held) !== "conflict" || entry.attempts.some((one) => same(one, held));
  if (!isOurs) return { ...theirs, work: workOf(lands, held, held, []), conflict: waiting ? entry : null };
  const { wanted, redo } = entry;
  return { work: workOf(lands, held, wanted, redo), wanted, redo, restored: unsaved(held, wanted).length, conflict: null };
}

/** The land after each command as far as it can be had without the server; the last one has to be there, if it can. */
export function workOf(lands: Lands, held: Commands, wanted: Commands, redo: readonly StoredCommand[]): Work {
  const base = begun(lands.today, wanted, null);
  const undone = redo.map((command) => ({ command, state: null }));
  return { ...withState(base, wanted.length, topOf(lands, held, wanted)), redo: undone };
}

function topOf(lands: Lands, held: Commands, wanted: Commands): Coverage | null {
  const kept = common(held, wanted);
  if (kept === held.length && lands.changed !== null) return replayed(lands.changed, wanted, kept);
  return replayed(lands.today, wanted, 0);
}
