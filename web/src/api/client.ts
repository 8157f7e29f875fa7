/** Requests with typed answers; every failure becomes a Problem with a stable code. */
export type Query = Readonly<Record<string, string | number | null | undefined>>;

/** RFC 9457 problem, or a failure to reach the server at all (code "network", "timeout", "bad_answer"). */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.name = "Problem";
  }
}

const TIMEOUT_MS = 20_000;

export function address(path: string, query: Query = {}): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`);
  return parts.length === 0 ? path : `${path}?${parts.join("&")}`;
}

/** True for a request that its own caller gave up; such failures are never shown. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

const JSON_TYPES = "application/json, application/geo+json";

export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await send(address(path, query), { headers: { accept: JSON_TYPES } }, signal);
  return readJson<T>(response);
}

export async function getBytes(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const response = await send(path, { headers: { accept: "application/vnd.mapbox-vector-tile" } }, signal);
  return response.arrayBuffer();
}

export interface Sending {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Query;
  /** A form is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Instead of a body: a file, byte for byte. */
  readonly file?: Blob;
  /** Of the session; whatever changes something needs it. */
  readonly csrf?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Sends what changes or asks something; null for an answer without content. */
export async function sendJson<T>({ method, path, query, body, file, csrf, headers: more, signal, timeoutMs }: Sending): Promise<T> {
  const headers: Record<string, string> = { accept: JSON_TYPES, ...more };
  if (csrf) headers["x-csrf-token"] = csrf;
  const isForm = body instanceof FormData;
  if (file !== undefined) headers["content-type"] = "application/octet-stream";
  else if (body !== undefined && !isForm) headers["content-type"] = "application/json";
  const content = file ?? (body === undefined ? null : isForm ? body : JSON.stringify(body));
  const response = await send(address(path, query), { method, headers, body: content }, signal, timeoutMs);
  return response.status === 204 ? (null as T) : readJson<T>(response);
}

async function send(url: string, request: RequestInit, signal?: AbortSignal, timeoutMs = TIMEOUT_MS): Promise<Response> {
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), timeoutMs);
  const giveUp = (): void => timer.abort();
  signal?.addEventListener("abort", giveUp);
  try {
    const response = await fetch(url, { ...request, signal: timer.signal });
    if (!response.ok) throw await problemOf(response);
    return response;
  } catch (error) {
    throw asProblem(error, signal);
  } finally {
    clearTimeout(timeout);
    signal?.removeEventListener("abort", giveUp);
  }
}

function asProblem(error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof Problem || (isAbort(error) && signal?.aborted)) return error;
  if (isAbort(error)) return new Problem("timeout", 0, "The server did not answer in time.");
  return new Problem("network", 0, "The server cannot be reached.");
}

/** Reads application/problem+json; anything else that is not a success keeps its status alone. */
export async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as { code?: unknown; detail?: unknown; details?: unknown };
    const code = typeof body.code === "string" ? body.code : `http_${response.status}`;
    const details = typeof body.details === "object" && body.details !== null ? (body.details as Record<string, unknown>) : {};
    return new Problem(code, response.status, typeof body.detail === "string" ? body.detail : "", details);
  } catch {
    return new Problem(`http_${response.status}`, response.status, "");
  }
}

async function readJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Problem("bad_answer", response.status, "The server's answer is not JSON.");
  }
}
