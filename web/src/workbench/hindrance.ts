/** Why nothing can be edited at present: the first of the reasons, kept up to date. */
import { EDITABLE_STATES } from "../api/changeSets";
import type { Desk } from "./desk";
import type { SaveState } from "./saving";
import type { ReadOnly } from "./store";

export interface Circumstances {
  readonly isLoading: boolean;
  readonly isOpen: boolean;
  /** A day as of which the register is shown. */
  readonly at: string | null;
  /** Of the change set; null without one. */
  readonly state: string | null;
  readonly mayEdit: boolean;
  /** No other tab of this browser edits the set. */
  readonly isMine: boolean;
  readonly saving: SaveState["kind"];
}

export function hindranceOf({ isLoading, isOpen, at, state, mayEdit, isMine, saving }: Circumstances): ReadOnly | null {
  if (isLoading) return { kind: "loading" };
  if (!isOpen) return { kind: "empty" };
  if (at !== null) return { kind: "date", at };
  if (state === null) return { kind: "no_change_set" };
  if (!EDITABLE_STATES.includes(state)) return { kind: "state", state };
  if (!mayEdit) return { kind: "right" };
  if (!isMine) return { kind: "other_tab" };
  return saving === "conflict" || saving === "blocked" ? { kind: "conflict" } : null;
}

/** Keeps the store told why nothing can be edited; what it returns looks again, where something else than its signals has changed. */
export function watchHindrance(desk: Desk): () => void {
  const { store, saver, lock, opening, signedIn } = desk;
  const note = (): void => {
    const next = hindranceOf(circumstancesOf(desk));
    if (JSON.stringify(next) !== JSON.stringify(store.readOnly.get())) store.readOnly.set(next);
  };
  for (const one of [saver.state, lock.holding, store.changeSet, opening, signedIn.session]) one.subscribe(note);
  return note;
}

function circumstancesOf({ store, saver, lock, opening, signedIn, address }: Desk): Circumstances {
  const { place, at } = address.get();
  const set = store.changeSet.get();
  return {
    isLoading: opening.get().kind === "loading",
    isOpen: place !== null && store.coverage.get() !== null,
    at,
    state: set?.state ?? null,
    mayEdit: set !== null && signedIn.may("change_set.edit", set.scope),
    isMine: lock.holding.get() === "mine",
    saving: saver.state.get().kind,
  };
}
