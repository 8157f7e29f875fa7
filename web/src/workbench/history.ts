/**
 * The commands of the open change set and the land after each: pure, with undo and redo without end.
 *
 *   commands   c1   c2   c3          redo (the next one last)   c5  c4
 *   states   s0   s1   s2   s3       undone states                s5  s4
 *
 * A state is null where the page cannot work it out alone; it is then the server's land that fills it in.
 */
import type { Command, Coverage, Outcome } from "../topology";

export interface Undone {
  readonly command: Command;
  readonly state: Coverage | null;
}

export interface Work {
  readonly commands: readonly Command[];
  /** One more than there are commands: `states[k]` is the land after k of them. */
  readonly states: readonly (Coverage | null)[];
  readonly redo: readonly Undone[];
}

export const NO_WORK: Work = { commands: [], states: [null], redo: [] };
/** As many as the server takes in one change set. */
export const MOST_COMMANDS = 500;

export function begun(base: Coverage | null, commands: readonly Command[] = [], top: Coverage | null = base): Work {
  if (commands.length === 0) return { commands, states: [top], redo: [] };
  return { commands, states: [base, ...new Array<null>(commands.length - 1).fill(null), top], redo: [] };
}

export function landNow(work: Work): Coverage | null {
  return work.states[work.commands.length] ?? null;
}

export function nextPosition(work: Work): number {
  return work.commands.length + 1;
}

export function acted(work: Work, outcome: Extract<Outcome, { ok: true }>): Work {
  return { commands: [...work.commands, outcome.command], states: [...work.states, outcome.coverage], redo: [] };
}

export function undone(work: Work): Work {
  const last = work.commands.length - 1;
  const command = work.commands[last];
  if (command === undefined) return work;
  const redo = [...work.redo, { command, state: work.states[last + 1] ?? null }];
  return { commands: work.commands.slice(0, last), states: work.states.slice(0, last + 1), redo };
}

export function redone(work: Work): Work {
  const next = work.redo[work.redo.length - 1];
  if (next === undefined) return work;
  return { commands: [...work.commands, next.command], states: [...work.states, next.state], redo: work.redo.slice(0, -1) };
}

/** Takes the commands after the first `count` back for good: the server has refused the next one. */
export function cutTo(work: Work, count: number): Work {
  if (count >= work.commands.length) return work;
  return { commands: work.commands.slice(0, count), states: work.states.slice(0, count + 1), redo: [] };
}

/** Puts a land in at one place, as after the server has told it. */
export function withState(work: Work, count: number, state: Coverage | null): Work {
  return { ...work, states: work.states.map((held, at) => (at === count ? state : held)) };
}
