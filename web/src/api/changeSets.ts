/** Change sets: what the routes under /api/v1/change-sets take and answer. */
import type { FeatureCollection } from "geojson";
import { getJson, sendJson, type Sending } from "./client";
import type { SizeRule } from "../model/size";

const SETS = "/api/v1/change-sets";

export const EDITABLE_STATES: readonly string[] = ["draft", "checked"];

/** A command of docs/changes.md; `op` says which members it has. */
export interface StoredCommand {
  readonly op: string;
  readonly [member: string]: unknown;
}

export interface ChangeSet {
  readonly id: number;
  readonly title: string;
  /** A code of the city's, and what it is called; of a decided set, what it was called then. */
  readonly reason: string;
  readonly reason_zh: string;
  readonly reason_en: string;
  readonly state: string;
  readonly scope: string;
  readonly note: string;
  /** Goes up with every edit and check. */
  readonly revision: number;
  readonly effective_on: string | null;
  readonly effective_at: string | null;
  readonly created_at: string;
  readonly opened_by: string | null;
  readonly checked_at: string | null;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly withdrawn_at: string | null;
  readonly reverses: number | null;
  readonly commands: readonly StoredCommand[];
}

export interface Finding {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What somebody else has decided on the same units meanwhile. */
export interface Conflict {
  readonly change_set: number;
  readonly title: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly units: readonly string[];
}

export interface CheckAnswer {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly conflicts: readonly Conflict[];
  readonly ended: readonly string[];
  readonly begun: readonly { readonly id: string; readonly code: string; readonly name: string; readonly kind: string | null }[];
  readonly technical: readonly string[];
}

export interface Measures {
  readonly name: string;
  readonly kind: string | null;
  readonly area_m2: number;
  readonly households: number | null;
  readonly population: number | null;
  readonly micro_grids: number;
  readonly size_rule: SizeRule | null;
  readonly compactness: number;
  readonly clarity: number | null;
  readonly clarity_by_kind: Readonly<Record<string, number>> | null;
  readonly parts: number;
}

export interface Share {
  readonly area_m2: number;
  readonly households: number | null;
  readonly population: number | null;
  readonly to?: string;
  readonly from?: string;
}

export interface Effect {
  /** The code that the unit has or will get, and what commands call it. */
  readonly code: string;
  readonly id: string;
  readonly level: string;
  readonly before: Measures | null;
  readonly after: Measures | null;
  readonly gives: readonly Share[];
  readonly gets: readonly Share[];
  readonly warnings: readonly string[];
}

export interface Move {
  readonly from: string;
  readonly to: string;
  readonly area_m2: number;
  readonly households: number | null;
  readonly population: number | null;
  readonly moved: boolean;
}

export interface Effects {
  readonly units: readonly Effect[];
  readonly moves: readonly Move[];
  readonly incidents: readonly { readonly level: string; readonly from: string; readonly to: string; readonly count: number }[];
  readonly duties: readonly { readonly grid: string; readonly role: string; readonly name: string; readonly work_phone: string | null }[];
}

export interface Wish {
  readonly title: string;
  readonly reason: string;
  readonly scope: string;
  readonly note: string;
}

export type Details = Partial<Pick<ChangeSet, "title" | "reason" | "note" | "effective_on">>;

/** The routes, as a signed-in account sees them; `token` gives the session's token of the moment. */
export class ChangeSets {
  constructor(private readonly token: () => string | null) {}

  list(scope: string, states: readonly string[] = []): Promise<readonly ChangeSet[]> {
    const wanted = states.map((state) => `state=${encodeURIComponent(state)}`).join("&");
    const path = wanted === "" ? SETS : `${SETS}?${wanted}`;
    const sep = scope === "" ? "" : `${wanted === "" ? "?" : "&"}scope=${encodeURIComponent(scope)}`;
    return getJson<{ change_sets: readonly ChangeSet[] }>(path + sep).then((answer) => answer.change_sets);
  }

  get(number: number): Promise<ChangeSet> {
    return getJson(`${SETS}/${number}`);
  }

  open(wish: Wish): Promise<ChangeSet> {
    return this.send({ method: "POST", path: SETS, body: wish });
  }

  edit(number: number, details: Details, revision: number): Promise<ChangeSet> {
    return this.send({ method: "PATCH", path: `${SETS}/${number}`, body: { ...details, revision } });
  }

  add(number: number, commands: readonly StoredCommand[], revision: number): Promise<ChangeSet> {
    return this.send({ method: "POST", path: `${SETS}/${number}/commands`, body: { commands, revision } });
  }

  undo(number: number, revision: number): Promise<ChangeSet> {
    return this.send({ method: "DELETE", path: `${SETS}/${number}/commands/last`, query: { revision } });
  }

  check(number: number): Promise<CheckAnswer> {
    return this.send({ method: "POST", path: `${SETS}/${number}/check`, timeoutMs: LONG_MS });
  }

  effects(number: number, lines: FeatureCollection | null, signal?: AbortSignal): Promise<Effects> {
    const path = `${SETS}/${number}/effects`;
    if (lines === null || lines.features.length === 0) return getJson(path, {}, signal);
    return this.send({ method: "POST", path, body: lines, timeoutMs: LONG_MS, ...(signal && { signal }) });
  }

  decide(number: number, effective_on: string): Promise<ChangeSet> {
    return this.send({ method: "POST", path: `${SETS}/${number}/decide`, body: { effective_on }, timeoutMs: LONG_MS });
  }

  withdraw(number: number): Promise<ChangeSet> {
    return this.send({ method: "POST", path: `${SETS}/${number}/withdraw` });
  }

  reverse(number: number): Promise<ChangeSet> {
    return this.send({ method: "POST", path: `${SETS}/${number}/reverse`, timeoutMs: LONG_MS });
  }

  private send<T>(sending: Sending): Promise<T> {
    return sendJson({ ...sending, csrf: this.token() });
  }
}

/** A check of hundreds of commands takes the server seconds. */
const LONG_MS = 120_000;
