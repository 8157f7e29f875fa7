/** Commands carried out one after the other, as the server does. */
import { performMoveBorder } from "./borders";
import { performDrawn, performTransfer } from "./giving";
import { LABELS, performLabel } from "./labels";
import { landOf, type Land } from "./land";
import { performMerge } from "./merging";
import { outcome, refuse } from "./refusals";
import { performSplit } from "./splitting";
import type { Command, Coverage, Done, Outcome, Refusal } from "./types";
import { performInsertVertex, performMoveVertex, performRemoveVertex } from "./vertices";

type Perform = (land: Land, command: Command, position: number) => Done;

const PERFORM: Readonly<Record<string, Perform>> = {
  split: performSplit,
  merge: performMerge,
  transfer: performTransfer,
  move_border: performMoveBorder,
  move_vertex: performMoveVertex,
  insert_vertex: performInsertVertex,
  remove_vertex: performRemoveVertex,
  draw: performDrawn,
  carve: performDrawn,
};

export interface Replayed {
  readonly coverage: Coverage;
  /** The command that could not be carried out on the page; those before it were. */
  readonly refused?: { readonly position: number; readonly refusal: Refusal };
}

/**
 * Carries commands out until one is refused. Those of which the page does not know how the server does them are refused as
 * `bad_command`; `first` is the position of the first command in its change set.
 */
export function replay(c: Coverage, commands: readonly Command[], first = 1): Replayed {
  let coverage = c;
  for (const [i, command] of commands.entries()) {
    const made = perform(coverage, command, first + i);
    if (!made.ok) return { coverage, refused: { position: first + i, refusal: made.refusal } };
    coverage = made.coverage;
  }
  return { coverage };
}

function perform(c: Coverage, command: Command, position: number): Outcome {
  const act = LABELS.has(command.op) ? performLabel : PERFORM[command.op];
  return outcome(() => (act === undefined ? refuse("bad_command") : act(landOf(c), command, position)));
}
