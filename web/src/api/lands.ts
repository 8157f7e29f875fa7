/** The land of a place, exact to the lattice unit, as of a day or after a change set. */
import type { LandAnswer } from "../topology";
import type { Conflict } from "./changeSets";
import { getJson, type Query } from "./client";

/** A unit's code, or west, south, east, north in degrees. */
export interface LandQuery {
  readonly parent?: string;
  readonly bbox?: readonly [number, number, number, number];
}

/** The land after a change set, and what others have decided where it works. */
export interface ChangedLand extends LandAnswer {
  readonly conflicts: readonly Conflict[];
}

export function getLand(query: LandQuery, at: string | null, signal?: AbortSignal): Promise<LandAnswer> {
  return getJson("/api/v1/land", { ...asked(query), at }, signal);
}

export function getChangedLand(number: number, query: LandQuery, signal?: AbortSignal): Promise<ChangedLand> {
  return getJson(`/api/v1/change-sets/${number}/land`, asked(query), signal);
}

function asked({ parent, bbox }: LandQuery): Query {
  return { parent, bbox: bbox?.map((value) => value.toFixed(7)).join(",") };
}
