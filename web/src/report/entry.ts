/** A report as this browser keeps it: what is being written, and what was pressed to be sent. */
import { randomKey } from "../model/reports";

export interface ReportPoint {
  readonly lon: number;
  readonly lat: number;
  /** A phone's own position is WGS84, a place of the map CGCS2000. */
  readonly datum: "wgs84" | "cgcs2000";
  /** How far a phone's position may be off; null for a place that was pointed at. */
  readonly accuracyM: number | null;
}

export interface Content {
  readonly matter: string;
  readonly description: string;
  readonly address: string;
  readonly point: ReportPoint | null;
  /** JPEG files, scaled down. As bytes: a Blob in the browser's storage may outlive its file. */
  readonly photos: readonly ArrayBuffer[];
}

export interface Receipt {
  readonly no: string;
  /** Shows the public how it goes; null for the staff. */
  readonly token: string | null;
  readonly grid: string | null;
}

export interface Refused {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
}

export interface Entry extends Content {
  /** The Idempotency-Key, made at the first press: whatever is lost on the way, it is taken in once. */
  readonly key: string;
  /** Whose it is; null is the public. */
  readonly account: string | null;
  /** How to reach who reports; gone from here as soon as it is sent. */
  readonly contact: string;
  readonly notedAt: string;
  readonly state: "waiting" | "sent" | "refused";
  readonly receipt: Receipt | null;
  readonly problem: Refused | null;
}

export const NO_CONTENT: Content = { matter: "", description: "", address: "", point: null, photos: [] };

export function entryOf(content: Content, contact: string, account: string | null, now: Date): Entry {
  const notedAt = now.toISOString();
  return { ...content, key: randomKey(), account, contact, notedAt, state: "waiting", receipt: null, problem: null };
}

/** What stays of a report that is in: its number, and nothing that it said. */
export function sentEntry(entry: Entry, receipt: Receipt): Entry {
  const { key, account, notedAt, matter } = entry;
  return { ...NO_CONTENT, key, account, notedAt, matter, contact: "", state: "sent", receipt, problem: null };
}

export function contentOf({ matter, description, address, point, photos }: Content): Content {
  return { matter, description, address, point, photos };
}

export function isEmpty({ matter, description, address, point, photos }: Content): boolean {
  return matter === "" && description === "" && address === "" && point === null && photos.length === 0;
}
