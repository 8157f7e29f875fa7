/** The dispatcher's desk: open incidents, one incident whole, what is done to it, and new reports. */
import { getJson, sendJson } from "./client";
import type { NamedCode, Unit } from "./types";

const API = "/api/v1";

/** An open incident as the desk and its stream tell it. */
export interface DeskRow {
  readonly no: string;
  readonly matter: string;
  readonly family: string;
  readonly state: string;
  readonly urgent: boolean;
  readonly reported_at: string;
  readonly registered_at: string | null;
  readonly handled_at: string | null;
  readonly due_at: string | null;
  readonly due_supposed: boolean;
  /** From when on the end of the term is near, by the city's setting; null where nobody is handling it or there is no term. */
  readonly soon_at: string | null;
  readonly grid: string | null;
  readonly on_border: boolean;
  readonly also: readonly string[];
  readonly nearest: string | null;
  readonly distance_m: number;
  readonly department: string | null;
  readonly address: string | null;
  readonly lon: number;
  readonly lat: number;
}

/** Something that has happened, with the incident as it is now. */
export interface DeskEvent {
  readonly id: number;
  readonly at: string;
  readonly action: string;
  readonly from: string | null;
  readonly to: string;
  readonly actor: string;
  readonly incident: DeskRow;
}

export interface DeskAnswer {
  readonly position: string;
  readonly total: number;
  readonly incidents: readonly DeskRow[];
  readonly areas: readonly (readonly [code: string, name: string])[];
  readonly departments: readonly NamedCode[];
}

export interface Worker {
  readonly role: string;
  readonly name: string;
  readonly work_phone: string;
  readonly kind: string;
}

export interface CourseEvent extends Omit<DeskEvent, "incident"> {
  readonly note: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Possible {
  readonly action: string;
  readonly reason: boolean;
  readonly wanted: readonly string[];
  readonly optional: readonly string[];
}

export interface IncidentDetail {
  readonly no: string;
  readonly state: string;
  readonly matter: NamedCode & { readonly family: string };
  readonly urgent: boolean;
  readonly source: string;
  readonly description: string | null;
  readonly address: string | null;
  readonly reported_at: string;
  readonly clock: string | null;
  readonly clock_limit: number | null;
  readonly due_at: string | null;
  readonly due_supposed: boolean;
  readonly lon: number;
  readonly lat: number;
  readonly grid_code: string | null;
  readonly on_border: boolean;
  readonly also: readonly string[];
  readonly distance_m: number;
  readonly nearest_code: string | null;
  readonly department: string | null;
  readonly competent_department: string | null;
  readonly merged_into: string | null;
  readonly workers: readonly Worker[];
  readonly ways: readonly { readonly code: string; readonly name: string }[];
  readonly events: readonly CourseEvent[];
  readonly last_event: number | null;
  readonly actions: readonly Possible[];
}

export interface Duplicate {
  readonly no: string;
  readonly state: string;
  readonly reported_at: string;
  readonly distance_m: number;
  readonly description: string | null;
}

export interface PhotoOf {
  readonly id: number;
  readonly stage: string;
  /** The feedback or note that it came with. */
  readonly event_id: number | null;
  readonly width: number;
  readonly height: number;
}

/** A report as it was taken in. */
export interface Taken {
  readonly no: string;
  readonly grid: Unit | null;
  readonly nearest: Unit | null;
  readonly on_border: boolean;
}

const of = (no: string): string => `${API}/incidents/${encodeURIComponent(no)}`;

export const getDesk = (unit: string, signal?: AbortSignal): Promise<DeskAnswer> => getJson(`${API}/desk`, { unit }, signal);

export const getDetail = (no: string, signal?: AbortSignal): Promise<IncidentDetail> => getJson(of(no), {}, signal);

export const getDuplicates = async (no: string, signal?: AbortSignal): Promise<readonly Duplicate[]> =>
  (await getJson<{ duplicates: readonly Duplicate[] }>(`${of(no)}/duplicates`, {}, signal)).duplicates;

export const getPhotos = async (no: string, signal?: AbortSignal): Promise<readonly PhotoOf[]> =>
  (await getJson<{ photos: readonly PhotoOf[] }>(`${of(no)}/photos`, {}, signal)).photos;

export const photoAddress = (no: string, id: number): string => `${of(no)}/photos/${id}`;

export const getDuties = async (grid: string, signal?: AbortSignal): Promise<readonly Worker[]> =>
  (await getJson<{ duties: readonly Worker[] }>(`${API}/grids/${encodeURIComponent(grid)}/duties`, {}, signal)).duties;

export type ActBody = Readonly<Record<string, unknown>>;

/** What is done, with photos as a form. */
export function act(no: string, action: string, body: ActBody, photos: readonly File[], csrf: string | null): Promise<IncidentDetail> {
  const path = `${of(no)}/${encodeURIComponent(action)}`;
  if (photos.length === 0) return sendJson({ method: "POST", path, body, csrf });
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) if (value !== undefined) form.append(name, String(value));
  for (const photo of photos) form.append("photo", photo);
  return sendJson({ method: "POST", path, body: form, csrf, timeoutMs: 120_000 });
}

/** A report with its photos; sent again under the same key it is answered as the first time. */
export const report = (form: FormData, key: string, csrf: string | null): Promise<Taken> =>
  sendJson({ method: "POST", path: `${API}/incidents`, body: form, csrf, headers: { "idempotency-key": key }, timeoutMs: 120_000 });
