/** Which incidents a desk shows: lanes, filters, order. */
import type { DeskRow } from "../api/desk";

export const LANES = ["all", "new", "urgent", "due_soon", "overdue", "unassigned", "on_border"] as const;
export type Lane = (typeof LANES)[number];

export interface Filters {
  readonly lane: Lane;
  readonly family: string;
  readonly matter: string;
  readonly state: string;
  /** Part of a number, a grid's code or an address. */
  readonly text: string;
}

export const NO_FILTERS: Filters = { lane: "all", family: "", matter: "", state: "", text: "" };

const ENDED: ReadonlySet<string> = new Set(["rejected", "closed", "cancelled", "merged"]);

export const isOpen = (row: DeskRow): boolean => !ENDED.has(row.state);

/** Milliseconds until the end of the term, negative beyond it; null without a term. */
export function left(row: { readonly due_at: string | null }, now: number): number | null {
  return row.due_at === null ? null : Date.parse(row.due_at) - now;
}

const IN_LANE: Readonly<Record<Lane, (row: DeskRow, now: number) => boolean>> = {
  all: () => true,
  new: (row) => row.state === "reported",
  urgent: (row) => row.urgent,
  due_soon: (row, now) => {
    const rest = left(row, now);
    return rest !== null && rest >= 0 && row.soon_at !== null && Date.parse(row.soon_at) <= now;
  },
  overdue: (row, now) => (left(row, now) ?? 0) < 0,
  unassigned: (row) => row.grid === null,
  on_border: (row) => row.on_border,
};

export const isIn = (lane: Lane, row: DeskRow, now: number): boolean => IN_LANE[lane](row, now);

function fits(row: DeskRow, { family, matter, state, text }: Filters): boolean {
  const wanted = text.trim();
  return (
    (family === "" || row.family === family) &&
    (matter === "" || row.matter === matter) &&
    (state === "" || row.state === state) &&
    (wanted === "" || [row.no, row.grid, row.nearest, row.address].some((one) => one?.includes(wanted)))
  );
}

/** The incidents to be listed: the urgent first, then by the end of their term, then the latest reported. */
export function shown(rows: Iterable<DeskRow>, filters: Filters, now: number): DeskRow[] {
  return [...rows].filter((row) => fits(row, filters) && isIn(filters.lane, row, now)).sort(inOrder);
}

/** How many each lane holds, of those that the other filters leave. */
export function counts(rows: Iterable<DeskRow>, filters: Filters, now: number): Record<Lane, number> {
  const made = Object.fromEntries(LANES.map((lane) => [lane, 0])) as Record<Lane, number>;
  for (const row of rows) {
    if (fits(row, filters)) for (const lane of LANES) if (isIn(lane, row, now)) made[lane] += 1;
  }
  return made;
}

function inOrder(a: DeskRow, b: DeskRow): number {
  if (a.urgent !== b.urgent) return a.urgent ? -1 : 1;
  const [dueA, dueB] = [a.due_at ?? "~", b.due_at ?? "~"];
  if (dueA !== dueB) return dueA < dueB ? -1 : 1;
  return a.reported_at === b.reported_at ? (a.no < b.no ? -1 : 1) : a.reported_at > b.reported_at ? -1 : 1;
}
