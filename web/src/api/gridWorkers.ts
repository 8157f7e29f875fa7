/** Grid workers: their records, absences and duties, grids without anybody, and figures from incidents. */
import { getJson, sendJson, type Query } from "./client";
import type { CountedIncidents } from "./indicators";

const API = "/api/v1";
const WORKERS = `${API}/grid-workers`;

export const KINDS = ["full_time", "part_time", "stationed"] as const;
export const ROLES = ["responsible", "assisting", "stationed"] as const;

export interface GridWorker {
  readonly id: number;
  readonly scope: string;
  readonly name: string;
  readonly work_phone: string;
  readonly kind: string;
  readonly active: boolean;
  readonly badge_no: string;
  /** With which the worker reports, where one is named. */
  readonly account: string | null;
  readonly qualified: boolean;
  readonly trained_on: string | null;
  readonly assessed_on: string | null;
  readonly absent: boolean;
}

export interface Training {
  readonly id: number;
  readonly held_on: string;
  readonly course: string;
  readonly hours: number;
  /** Why it no longer counts. */
  readonly annulled: string | null;
}

export interface Assessment {
  readonly id: number;
  readonly held_on: string;
  readonly passed: boolean;
  readonly score: number | null;
  readonly annulled: string | null;
}

/** From an instant on; `until` is when the worker serves again. */
export interface Absence {
  readonly id: number;
  readonly from: string;
  readonly until: string;
  readonly substitute: { readonly id: number; readonly name: string } | null;
}

export interface WorkerDuty {
  readonly duty_id: number;
  readonly grid_code: string;
  readonly grid_name: string;
  readonly role: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
}

export interface WorkerDetail extends GridWorker {
  readonly training: readonly Training[];
  readonly assessments: readonly Assessment[];
  readonly absences: readonly Absence[];
  readonly duties: readonly WorkerDuty[];
}

export interface UnstaffedGrid {
  readonly code: string;
  readonly name: string;
  readonly village: string | null;
  readonly since: string | null;
  readonly reason: "never" | "ended" | "absent";
}

export const MEASURES = ["reported", "responsible", "handled", "on_time", "overdue", "rework"] as const;
/** `finished` is what stands behind the mean handling time. */
export type Measure = (typeof MEASURES)[number] | "finished";

/** `reported` is null where no account is named; `place` is a code. */
export type Figures = Readonly<Record<(typeof MEASURES)[number], number | null>> & {
  readonly id: number;
  readonly name: string;
  readonly place: string;
  readonly mean_handling_h: number | null;
};

export type Body = Readonly<Record<string, unknown>>;
export type Token = string | null;

const one = (id: number): string => `${WORKERS}/${id}`;

export const listWorkers = (within: string, signal?: AbortSignal): Promise<{ readonly workers: readonly GridWorker[]; readonly truncated: boolean }> =>
  getJson(WORKERS, { within }, signal);

export const getWorker = (id: number, signal?: AbortSignal): Promise<WorkerDetail> => getJson(one(id), {}, signal);

export const addWorker = (body: Body, csrf: Token): Promise<GridWorker> => sendJson({ method: "POST", path: WORKERS, body, csrf });

export const changeWorker = (id: number, body: Body, csrf: Token): Promise<GridWorker> => sendJson({ method: "PATCH", path: one(id), body, csrf });

export type RecordKind = "training" | "assessments";

export const addRecord = (id: number, kind: RecordKind, body: Body, csrf: Token): Promise<unknown> =>
  sendJson({ method: "POST", path: `${one(id)}/${kind}`, body, csrf });

export const annulRecord = (id: number, kind: RecordKind, record: number, reason: string, csrf: Token): Promise<unknown> =>
  sendJson({ method: "POST", path: `${one(id)}/${kind}/${record}/annul`, body: { reason }, csrf });

export const addAbsence = (id: number, body: Body, csrf: Token): Promise<unknown> =>
  sendJson({ method: "POST", path: `${one(id)}/absences`, body, csrf });

export const endAbsence = (id: number, absence: number, csrf: Token): Promise<unknown> =>
  sendJson({ method: "DELETE", path: `${one(id)}/absences/${absence}`, csrf });

const dutiesOf = (grid: string): string => `${API}/grids/${encodeURIComponent(grid)}/duties`;

export const beginDuty = (grid: string, body: Body, csrf: Token): Promise<unknown> => sendJson({ method: "POST", path: dutiesOf(grid), body, csrf });

export const endDuty = (grid: string, duty: number, body: Body, csrf: Token): Promise<unknown> =>
  sendJson({ method: "PATCH", path: `${dutiesOf(grid)}/${duty}`, body, csrf });

export const listUnstaffed = (within: string, signal?: AbortSignal): Promise<{ readonly grids: readonly UnstaffedGrid[]; readonly truncated: boolean }> =>
  getJson(`${API}/grids/unstaffed`, { within }, signal);

export const getFigures = (query: Query, signal?: AbortSignal): Promise<{ readonly workers: readonly Figures[]; readonly truncated: boolean }> =>
  getJson(`${WORKERS}/figures`, query, signal);

export const listBehindFigure = (id: number, query: Query, signal?: AbortSignal): Promise<CountedIncidents> =>
  getJson(`${one(id)}/incidents`, query, signal);

export const badgeAddress = (id: number): string => `${one(id)}/badge.pdf`;
