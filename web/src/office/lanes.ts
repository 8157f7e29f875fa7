/** The lanes of the inbox: which filings stand in which, and in which order. */
import type { FilingLine, FilingState } from "../api/filings";

export const LANES = ["new", "overdue", "received", "returned", "prepared", "recorded", "withdrawn"] as const;
export type Lane = (typeof LANES)[number];

const OF_STATE: Readonly<Record<FilingState, Lane>> = {
  prepared: "prepared",
  submitted: "new",
  resubmitted: "new",
  received: "received",
  returned: "returned",
  recorded: "recorded",
  withdrawn: "withdrawn",
};

/** A filing that should have been handed in is in two lanes: with the others that are prepared, and among the overdue. */
export function isIn(lane: Lane, filing: FilingLine): boolean {
  return lane === "overdue" ? filing.overdue : OF_STATE[filing.state] === lane;
}

/** Whether there are more filings in a lane than were told: whether a state of it was cut off. */
export function isCut(lane: Lane, truncated: readonly string[]): boolean {
  return truncated.some((state) => (lane === "overdue" ? state === "prepared" : OF_STATE[state as FilingState] === lane));
}

/** What waits for somebody: the one that waits longest first. What is done: the newest first. */
export function inLane(lane: Lane, filings: readonly FilingLine[]): FilingLine[] {
  const waits = lane !== "recorded" && lane !== "withdrawn";
  const since = (one: FilingLine): string => (lane === "overdue" || lane === "prepared" ? one.due_on : one.state_since);
  const order = (a: FilingLine, b: FilingLine): number => (since(a) === since(b) ? (a.no < b.no ? -1 : 1) : since(a) < since(b) === waits ? -1 : 1);
  return filings.filter((one) => isIn(lane, one)).sort(order);
}

/** The county's officer has in hand what is prepared; who only receives sees of it what is overdue. What nobody withdrew has no lane. */
export function lanesFor(submits: boolean, filings: readonly FilingLine[]): Lane[] {
  const shown = (lane: Lane): boolean => (lane === "prepared" ? submits : lane !== "withdrawn" || filings.some((one) => isIn(lane, one)));
  return LANES.filter(shown);
}

/** The lane in which a filing is looked for. */
export function laneOf(filing: FilingLine, lanes: readonly Lane[]): Lane {
  const own = OF_STATE[filing.state];
  return lanes.includes(own) ? own : "overdue";
}
