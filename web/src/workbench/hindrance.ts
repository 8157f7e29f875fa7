/** Why nothing can be edited at present: the first of the reasons. Pure. */
import { EDITABLE_STATES } from "../api/changeSets";
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
