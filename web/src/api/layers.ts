/** Files: lines to draw along, and faces that are to divide a unit. */
import type { FeatureCollection, Geometry, LineString, MultiLineString } from "geojson";
import type { ChangeSet } from "./changeSets";
import { sendJson } from "./client";

export const MOST_BYTES = 100 * 1024 * 1024;
export const FILE_TYPES = ".gpkg,.zip,.geojson,.json,.kml";
/** A file of 100 MB over a slow line, and a minute for the server. */
const UPLOAD_MS = 300_000;

export type Lines = FeatureCollection<LineString | MultiLineString, { readonly kind: string }>;
export type Answer = "accept" | "refuse" | { readonly give: string };
export type Answers = Readonly<Record<string, Answer>>;

export interface Mend {
  readonly id: string;
  readonly kind: string;
  readonly accepted: boolean;
  readonly from: readonly string[];
  readonly to: string | null;
  readonly area_m2: number;
  readonly width_m: number;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly candidates: readonly { readonly face: string; readonly border_m?: number }[];
  /** Why it needs an answer; empty where it does not. */
  readonly question: string;
  readonly sentence_en: string;
  readonly sentence_zh: string;
  readonly geometry: Geometry | null;
}

export interface LayerFinding {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly id: string;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly sentence_en: string;
  readonly sentence_zh: string;
}

export interface FaceProperties {
  readonly id: string;
  readonly unit: string | null;
  readonly name: string | null;
  readonly kind: string | null;
  readonly households: number | null;
  readonly touched: boolean;
}

export interface Preview {
  readonly digest: string;
  readonly revision: number;
  readonly parent: string;
  readonly ok: boolean;
  readonly tiles: boolean;
  readonly max_shift_m: number;
  readonly nodes: number;
  readonly notes: readonly string[];
  readonly summary: Readonly<Record<string, { readonly count: number; readonly area_m2: number }>>;
  readonly findings: readonly LayerFinding[];
  readonly mends: readonly Mend[];
  readonly needs_a_person: readonly string[];
  readonly units_gone: readonly string[];
  readonly faces: FeatureCollection<Geometry | null, FaceProperties>;
}

export interface ImportFields {
  readonly parent: string;
  readonly name_field?: string;
  readonly households_field?: string;
  readonly datum?: string;
  readonly snap_m?: number;
  readonly strategy?: string;
}

export function readLines(file: File, fields: Readonly<Record<string, string>>, csrf: string | null): Promise<Lines> {
  return sendJson({ method: "POST", path: "/api/v1/layers/lines", body: formOf(file, fields), csrf, timeoutMs: UPLOAD_MS });
}

export function previewImport(set: number, file: File, fields: ImportFields, answers: Answers, csrf: string | null): Promise<Preview> {
  const body = formOf(file, { ...fields, answers: JSON.stringify(answers) });
  return sendJson({ method: "POST", path: `/api/v1/change-sets/${set}/imports`, body, csrf, timeoutMs: UPLOAD_MS });
}

export interface Applying {
  readonly set: number;
  readonly fields: ImportFields;
  readonly answers: Answers;
  readonly digest: string;
  readonly revision: number;
}

export function applyImport(file: File, { set, fields, answers, digest, revision }: Applying, csrf: string | null): Promise<ChangeSet> {
  const body = formOf(file, { ...fields, answers: JSON.stringify(answers), digest, revision: String(revision) });
  return sendJson({ method: "POST", path: `/api/v1/change-sets/${set}/imports/apply`, body, csrf, timeoutMs: UPLOAD_MS });
}

function formOf(file: File, fields: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== "") form.append(name, String(value));
  form.append("file", file);
  return form;
}
