/** A conflict with somebody else who edited the same change set: what can be done about it. */
import { EDITABLE_STATES } from "../api/changeSets";
import type { Desk } from "./desk";
import { fetchLands } from "./opening";
import { onTop, unsaved } from "./reconciling";

/** Takes what somebody else has made of the change set, and drops one's own unsaved commands. */
export async function takeTheirs(desk: Desk): Promise<void> {
  const held = desk.saver.holds();
  if (held === null || desk.saver.state.get().kind !== "conflict") return;
  await desk.forget(held);
  await desk.go({ ...desk.address.get() });
}

/** One's own unsaved commands go on top of what somebody else has made. */
export async function rebase(desk: Desk): Promise<void> {
  const [held, state] = [desk.saver.holds(), desk.saver.state.get()];
  if (held === null || state.kind !== "conflict") return;
  const { found } = state;
  const own = desk.saver.wants();
  const wanted = EDITABLE_STATES.includes(found.state) ? onTop(found.commands, held.commands, own) : found.commands;
  const count = wanted.length - found.commands.length;
  const lands = await fetchLands(desk.placeNow(), found, new AbortController().signal);
  desk.restart(found, lands, wanted);
  desk.tell({ kind: "rebased", count, lost: unsaved(held.commands, own).length - count });
}
