/** What is given to whoever looks: of what a desk holds within one's scopes, what waits for one's own hand. */
import type { DeskRow } from "../api/desk";
import type { Grant } from "../api/session";
import { NO_FILTERS, shown } from "../desk/rows";

const IN_HAND: ReadonlySet<string> = new Set(["dispatched", "handling", "rework", "suspended"]);

/** A worker's are those of the grids that are given to no department; a department's account is told of nothing but its own. */
export function tasksOf(rows: Iterable<DeskRow>, grants: readonly Grant[], now: number): DeskRow[] {
  const forDepartment = grants.some(({ role }) => role === "department");
  const forWorker = grants.some(({ role }) => role === "worker");
  const isMine = (row: DeskRow): boolean => (row.department === null ? forWorker : forDepartment);
  return shown([...rows].filter((row) => IN_HAND.has(row.state) && isMine(row)), NO_FILTERS, now);
}
