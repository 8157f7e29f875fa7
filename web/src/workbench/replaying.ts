/** Carrying commands out on the page, where it knows them all. */
import type { StoredCommand } from "../api/changeSets";
import { replay, type Command, type Coverage } from "../topology";
import { landNow, withState, type Work } from "./history";

/** The land after the commands from number `done` + 1 on; null where the page cannot carry one of them out alone. */
export function replayed(land: Coverage, commands: readonly StoredCommand[], done: number): Coverage | null {
  if (commands.length === done) return land;
  const answer = replay(land, commands.slice(done) as readonly Command[], done + 1);
  return answer.refused === undefined ? answer.coverage : null;
}

/** Fills in the land of the present, as after an undo of a command from before the page was opened. */
export function caughtUp(work: Work): Work {
  if (landNow(work) !== null) return work;
  const count = work.commands.length;
  let known = count;
  while (known > 0 && work.states[known] === null) known -= 1;
  const base = work.states[known];
  return base ? withState(work, count, replayed(base, work.commands, known)) : work;
}
