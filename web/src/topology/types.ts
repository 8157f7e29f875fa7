/** The words of the topology: points, units, commands, refusals and outcomes. Types alone. */

/** Longitude and latitude in whole lattice units of 1e-7 degree on CGCS2000. */
export type Point = readonly [number, number];

/** Vertex ids, the first not repeated: counter-clockwise a shell, clockwise a hole. */
export type Ring = readonly number[];

/** A shell and the holes in it. */
export type Part = readonly Ring[];

/** West, south, east, north in lattice units. */
export type Box = readonly [number, number, number, number];

export const LEVELS = ["city", "county", "town", "village", "grid", "micro_grid"] as const;
export type Level = (typeof LEVELS)[number];

export interface Unit {
  readonly id: string;
  readonly level: Level;
  readonly parent: string | null;
  readonly name: string;
  readonly kind: string | null;
  readonly households: number | null;
  readonly population: number | null;
  /** The counts are shared out by area since land has changed hands; the server's take their place. */
  readonly estimated: boolean;
  readonly divided: boolean;
  /** A neighbour of the opened place: nothing but nodes is ever put on it. */
  readonly locked: boolean;
  /** Its lower units are not known until the server has told how they follow. */
  readonly pending: boolean;
  readonly openIncidents: number | null;
  readonly parts: readonly Part[];
}

/**
 * The units of a place on all levels, which share their vertices. A value: every action gives another one, and what an action does
 * not touch is the same object in both. A unit is the same object as long as its land and labels are the same.
 */
export interface Coverage {
  readonly units: ReadonlyMap<string, Unit>;
  /** The smallest unit that holds all that can be edited. */
  readonly scope: string;
  /** Of all units, in lattice units. */
  readonly box: Box;
  readonly synthetic: boolean;
  position(vertex: number): Point;
}

/** As docs/changes.md tells; positions in degrees. */
export interface Command {
  readonly op: string;
  readonly [member: string]: unknown;
}

/** Why an action cannot be: a code of docs/errors.md, the units it concerns and a place to look at. */
export interface Refusal {
  readonly code: string;
  readonly units: readonly string[];
  readonly place: Point | null;
}

export interface Done {
  readonly ok: true;
  readonly coverage: Coverage;
  readonly command: Command;
  /** Ids of the units that are new, gone or not the same any more, on all levels. */
  readonly touched: readonly string[];
  /** The unit to choose next. */
  readonly selected: string | null;
}

export type Outcome = Done | { readonly ok: false; readonly refusal: Refusal };

/** A unit as the server tells it. */
export interface LandUnit {
  readonly id: string;
  readonly level: Level;
  readonly parent: string | null;
  readonly name: string;
  readonly kind: string | null;
  readonly households: number | null;
  readonly population: number | null;
  readonly divided: boolean;
  readonly locked: boolean;
  readonly open_incidents: number | null;
  readonly rings: readonly Part[];
}

/** The answer of GET /api/v1/land and of the land of a change set. */
export interface LandAnswer {
  readonly at: string;
  readonly change_set: number | null;
  readonly revision: number | null;
  readonly commands: number | null;
  readonly scope: string;
  /** Degrees. */
  readonly bbox: readonly [number, number, number, number];
  readonly synthetic: boolean;
  /** x0, y0, x1, y1, … in lattice units. */
  readonly vertices: readonly number[];
  readonly units: readonly LandUnit[];
}
