/** Who is signed in, and signing in and out. */
import { getJson, sendJson } from "./client";

const SESSION = "/api/v1/session";

export interface Grant {
  readonly role: string;
  /** Beginning of the codes it reaches; empty for the whole city. */
  readonly scope: string;
}

export interface Session {
  /** Null for the public. */
  readonly account: string | null;
  readonly display_name: string | null;
  readonly grants: readonly Grant[];
  readonly csrf_token: string | null;
}

export const getSession = (signal?: AbortSignal): Promise<Session> => getJson(SESSION, {}, signal);

export const openSession = (name: string, password: string): Promise<Session> =>
  sendJson({ method: "POST", path: SESSION, body: { name, password } });

export const closeSession = (csrf: string | null): Promise<null> => sendJson({ method: "DELETE", path: SESSION, csrf });
