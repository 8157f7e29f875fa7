/** Reports of the public, and how they go. */
import { getJson, sendJson } from "./client";

const REPORTS = "/api/v1/reports";

export interface PublicReceipt {
  readonly no: string;
  readonly token: string;
}

export interface PublicStatus {
  readonly no: string;
  readonly state: string;
  /** Name of the grid; null outside every grid. */
  readonly grid: string | null;
  readonly reported_at: string;
  readonly registered_at: string | null;
  readonly dispatched_at: string | null;
  readonly handled_at: string | null;
  readonly closed_at: string | null;
}

/** Sent again under the same key it is answered as the first time. */
export const sendPublicReport = (form: FormData, key: string): Promise<PublicReceipt> =>
  sendJson({ method: "POST", path: REPORTS, body: form, headers: { "idempotency-key": key }, timeoutMs: 120_000 });

export const followReport = (no: string, token: string, signal?: AbortSignal): Promise<PublicStatus> =>
  getJson(`${REPORTS}/${encodeURIComponent(no)}`, { token }, signal);
