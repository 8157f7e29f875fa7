/** Which boards and cards are to be printed: what was never printed, what has changed since, what is up to date. */
import type { BoardKind, Boards, Size } from "../api/boards";

/** `other_size`: never printed on this paper, but on another; that one is kept up to date by itself. */
export const CONDITIONS = ["never", "stale", "current", "other_size"] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface BoardRow {
  readonly code: string;
  readonly name: string;
  readonly condition: Condition;
  /** Of the latest on this paper, or else on the other. */
  readonly size: string | null;
  readonly printed_at: string | null;
  readonly changed: readonly string[];
}

/** Cards come on sheets of A4, whatever the paper of the boards. */
export const sizeOf = (kind: BoardKind, size: Size): Size => (kind === "card" ? "A4" : size);

/** One row for each grid, of a kind and a paper; in the order of codes. */
export function boardRows({ boards, never }: Boards, kind: BoardKind, size: Size): BoardRow[] {
  const rows = new Map<string, BoardRow>();
  const add = (row: BoardRow): void => void (rows.has(row.code) || rows.set(row.code, row));
  const ofKind = boards.filter((one) => one.kind === kind);
  for (const { grid_code: code, name, size: paper, printed_at, stale, changed } of ofKind.filter((one) => one.size === size)) {
    add({ code, name, condition: stale ? "stale" : "current", size: paper, printed_at, changed });
  }
  const isThere = ({ changed }: { readonly changed: readonly string[] }): boolean => !isRetired({ changed });
  for (const { grid_code: code, name, size: paper, printed_at } of ofKind.filter(isThere)) {
    add({ code, name, condition: "other_size", size: paper, printed_at, changed: [] });
  }
  const others = [...never, ...boards.filter(isThere).map(({ grid_code, name }) => ({ code: grid_code, name }))];
  for (const { code, name } of others) add({ code, name, condition: "never", size: null, printed_at: null, changed: [] });
  return [...rows.values()].sort((one, other) => (one.code < other.code ? -1 : 1));
}

export function counts(rows: readonly BoardRow[]): Readonly<Record<Condition, number>> {
  const count = (condition: Condition): number => rows.filter((row) => row.condition === condition).length;
  return { never: count("never"), stale: count("stale"), current: count("current"), other_size: count("other_size") };
}

/** What has to be printed or taken down. */
export const isDue = ({ condition }: Pick<BoardRow, "condition">): boolean => condition === "never" || condition === "stale";

/** A grid that is no more has no board; its old one is to be taken down. */
export const isRetired = ({ changed }: Pick<BoardRow, "changed">): boolean => changed.includes("retired");
