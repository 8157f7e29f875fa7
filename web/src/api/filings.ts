/** Filings: what the routes under /api/v1/filings take and answer. */
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { getJson, sendJson } from "./client";

const FILINGS = "/api/v1/filings";

export const STATES = ["prepared", "submitted", "received", "returned", "resubmitted", "recorded", "withdrawn"] as const;
export type FilingState = (typeof STATES)[number];

export interface FilingLine {
  readonly no: string;
  readonly state: FilingState;
  /** Code of the smallest unit that holds all that changed. */
  readonly scope: string;
  readonly title: string;
  readonly reason: string;
  readonly change_set: number;
  readonly decided_at: string;
  readonly effective_on: string;
  readonly due_on: string;
  readonly due_provisional: boolean;
  readonly overdue: boolean;
  readonly late: boolean;
  readonly state_since: string;
  readonly submitted_at: string | null;
}

export interface FiledVersion {
  readonly name: string;
  readonly kind: string | null;
  readonly households: number | null;
  readonly population: number | null;
  readonly divided: boolean;
  readonly source: string | null;
  /** In decimal, as it was frozen. */
  readonly area_m2: string;
  readonly version: number;
}

export interface FiledUnit {
  readonly code: string;
  readonly level: string;
  readonly name: string;
  /** `new retired land name kind households population divided`. */
  readonly what: readonly string[];
  readonly before: FiledVersion | null;
  readonly after: FiledVersion | null;
}

export interface FiledShare {
  readonly from: string;
  readonly to: string;
  readonly area_m2: string;
  readonly households: number | null;
}

export interface Correction {
  readonly unit: string;
  readonly text: string;
}

export interface Attachment {
  readonly name: string;
  readonly media_type: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface FilingStep {
  readonly seq: number;
  readonly kind: string;
  readonly at: string;
  readonly account: string;
  readonly note?: string;
  readonly corrections?: readonly Correction[];
  readonly document_no?: string;
  readonly attachment?: Attachment;
  readonly digest: string;
  readonly previous_digest: string;
}

export interface Filing extends FilingLine {
  /** What the reason was called when the change was decided. */
  readonly reason_zh: string;
  readonly reason_en: string;
  readonly allowed: readonly string[];
  readonly place: readonly { readonly code: string; readonly level: string; readonly name: string }[];
  readonly note: string;
  readonly decided_by: string | null;
  readonly units: readonly FiledUnit[];
  readonly technical: readonly string[];
  readonly lineage: readonly FiledShare[];
  readonly steps: readonly FilingStep[];
  readonly attachments: readonly Attachment[];
}

/** The steps that people take on the page; a filing is withdrawn with its change set. */
export const ACTIONS = ["submit", "receive", "return", "resubmit", "record"] as const;
export type Action = (typeof ACTIONS)[number];

export interface StepBody {
  readonly note?: string;
  readonly corrections?: readonly Correction[];
  readonly document_no?: string;
}

export type Side = "before" | "after";
export type FiledMap = FeatureCollection<Polygon | MultiPolygon | null, FiledVersion & { readonly code: string; readonly level: string; readonly technical: boolean }>;

export interface Fault {
  readonly filing: string | null;
  readonly entry: number | null;
  readonly rule: string;
  readonly what: string;
}

export interface Proof {
  readonly ok: boolean;
  readonly filings: number;
  readonly entries: number;
  readonly head: string;
  readonly faults: readonly Fault[];
}

export interface FilingPage {
  readonly filings: readonly FilingLine[];
  readonly truncated: boolean;
}

/** What was filed in a year, and what came of it. */
export interface YearCounts {
  readonly filings: number;
  readonly recorded: number;
  readonly returned: number;
  readonly open: number;
  readonly withdrawn: number;
  /** Never handed in, though due. */
  readonly overdue: number;
  /** Handed in after its due date. */
  readonly late: number;
  /** Of grids, then of micro-grids: `created retired modified renamed converted recounted`. */
  readonly changes: Readonly<Record<string, number>>;
  readonly micro_changes: Readonly<Record<string, number>>;
  readonly moved_m2: number;
  readonly households_moved: number;
  readonly grids_begin: number | null;
  readonly grids_end: number | null;
}

export interface YearBook {
  readonly year: number;
  readonly counties: readonly (YearCounts & { readonly county: string; readonly name: string })[];
  readonly filings: readonly {
    readonly no: string;
    readonly county: string;
    readonly title: string;
    readonly reason: string;
    readonly reason_zh: string;
    readonly reason_en: string;
    readonly state: string;
    readonly decided_on: string;
    readonly effective_on: string;
    readonly recorded_on: string | null;
    readonly document_no: string | null;
    readonly units_before: number;
    readonly units_after: number;
  }[];
  readonly totals: YearCounts;
}

/** Of one state: a city's years of recorded filings would crowd out what waits. */
export const listFilings = (state: FilingState, county: string, limit: number, signal?: AbortSignal): Promise<FilingPage> =>
  getJson(FILINGS, { state, county, limit }, signal);

export const getFiling = (no: string, signal?: AbortSignal): Promise<Filing> => getJson(pathOf(no), {}, signal);

export const getFiledMap = (no: string, side: Side, signal?: AbortSignal): Promise<FiledMap> => getJson(`${pathOf(no)}/map/${side}`, {}, signal);

export const takeStep = (no: string, action: Action, body: StepBody, csrf: string | null): Promise<Filing> =>
  sendJson({ method: "POST", path: `${pathOf(no)}/${action}`, body, csrf });

/** The file is the body as it is; a large one takes its time. */
export const attach = (no: string, file: File, csrf: string | null): Promise<Attachment> =>
  sendJson({ method: "POST", path: `${pathOf(no)}/attachments`, query: { name: file.name }, file, csrf, timeoutMs: 120_000 });

/** With digests from stamped forms, whether they are in the chain. */
export function verifyFilings(digests: readonly string[], signal?: AbortSignal): Promise<Proof> {
  const asked = digests.map((one) => `digest=${encodeURIComponent(one)}`).join("&");
  return getJson(`${FILINGS}/verify${asked === "" ? "" : `?${asked}`}`, {}, signal);
}

export const getYearBook = (year: string, county: string, signal?: AbortSignal): Promise<YearBook> =>
  getJson(`${FILINGS}/yearbook`, { year, county }, signal);

export const formAddress = (no: string): string => `${pathOf(no)}.pdf`;
export const fileAddress = (no: string, name: string): string => `${pathOf(no)}/attachments/${encodeURIComponent(name)}`;

export function bookAddress(kind: "pdf" | "xlsx", year: string, county: string): string {
  return `${FILINGS}/yearbook.${kind}?year=${year}${county === "" ? "" : `&county=${county}`}`;
}

const pathOf = (no: string): string => `${FILINGS}/${encodeURIComponent(no)}`;

/** The number of the filing of a change set, or null. */
export async function getFilingOf(changeSet: number, scope: string): Promise<string | null> {
  const { filings } = await getJson<FilingPage>(FILINGS, scope.length >= 6 ? { county: scope.slice(0, 6) } : {});
  return filings.find((one) => one.change_set === changeSet)?.no ?? null;
}
