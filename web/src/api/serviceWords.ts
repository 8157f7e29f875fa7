/** Complaints and praise about service, for those who supervise it; the answered ones for those who serve. */
import { getJson, sendJson } from "./client";
import type { Token } from "./gridWorkers";

const API = "/api/v1/service-words";

export const STATES = ["received", "answered"] as const;

export interface ServiceWord {
  readonly no: string;
  readonly grid_code: string;
  readonly grid_name: string;
  readonly worker: string | null;
  readonly kind: "complaint" | "praise";
  readonly state: (typeof STATES)[number];
  readonly text: string;
  readonly received_at: string;
  readonly answer: string | null;
  readonly answered_at: string | null;
  readonly answered_by: string | null;
  readonly has_contact?: boolean;
}

export interface ServiceWords {
  readonly words: readonly ServiceWord[];
  readonly truncated: boolean;
}

export const listWords = (within: string, state: string, signal?: AbortSignal): Promise<ServiceWords> => getJson(API, { within, state }, signal);

export const listAnswered = (within: string, signal?: AbortSignal): Promise<ServiceWords> => getJson(`${API}/answered`, { within }, signal);

/** A POST, since each look is written down. */
export const lookAtContact = (no: string, csrf: Token): Promise<{ readonly contact: string }> =>
  sendJson({ method: "POST", path: `${API}/${encodeURIComponent(no)}/contact`, csrf });

export const answerWord = (no: string, answer: string, csrf: Token): Promise<unknown> =>
  sendJson({ method: "POST", path: `${API}/${encodeURIComponent(no)}/answer`, body: { answer }, csrf });
