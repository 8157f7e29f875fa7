/** The states of an open incident, in the order of its course. */
export const STATES = ["reported", "registered", "dispatched", "handling", "handled", "checked", "returned", "rework", "suspended"] as const;
