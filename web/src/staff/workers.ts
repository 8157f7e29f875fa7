/** Rules about workers: what one lacks for a duty, which ones a list shows, who can serve a grid. */
import type { GridWorker } from "../api/gridWorkers";

export const STATES = ["active", "qualified", "unqualified", "absent", "inactive"] as const;
export type WorkerState = (typeof STATES)[number];

export interface WorkerFilter {
  readonly text: string;
  /** Empty: every kind. */
  readonly kind: string;
  /** Empty: whatever the state. */
  readonly state: WorkerState | "";
}

export const EVERYBODY_ACTIVE: WorkerFilter = { text: "", kind: "", state: "active" };

type Lack = "training" | "assessment";

/** What stands between a worker and a duty (Art. 21 of the regulation). */
export function lacks({ qualified, trained_on, assessed_on }: Pick<GridWorker, "qualified" | "trained_on" | "assessed_on">): Lack[] {
  if (qualified) return [];
  const missing: Lack[] = [];
  if (trained_on === null) missing.push("training");
  if (assessed_on === null || missing.length === 0) missing.push("assessment");
  return missing;
}

const IS: Readonly<Record<WorkerState, (worker: GridWorker) => boolean>> = {
  active: ({ active }) => active,
  qualified: ({ active, qualified }) => active && qualified,
  unqualified: ({ active, qualified }) => active && !qualified,
  absent: ({ active, absent }) => active && absent,
  inactive: ({ active }) => !active,
};

export function filtered(workers: readonly GridWorker[], { text, kind, state }: WorkerFilter): GridWorker[] {
  const wanted = text.trim().toLowerCase();
  const holds = (worker: GridWorker): boolean => [worker.name, worker.badge_no, worker.work_phone].some((one) => one.toLowerCase().includes(wanted));
  return workers.filter((worker) => (kind === "" || worker.kind === kind) && (state === "" || IS[state](worker)) && (wanted === "" || holds(worker)));
}

/** Who can be put on a grid now: qualified, there, and of the grid's own village, town or county; the nearest place first. */
export function candidates(workers: readonly GridWorker[], grid: string): GridWorker[] {
  const fit = workers.filter((one) => one.active && one.qualified && !one.absent && grid.startsWith(one.scope));
  return fit.sort((one, other) => other.scope.length - one.scope.length || one.name.localeCompare(other.name, "zh-CN") || one.id - other.id);
}
