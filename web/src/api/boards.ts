/** Notice boards and contact cards: which are to be printed, and printing them. */
import { address, getJson, sendJson } from "./client";
import type { Token } from "./gridWorkers";

const API = "/api/v1";

export const KINDS = ["board", "card"] as const;
export type BoardKind = (typeof KINDS)[number];
export const SIZES = ["A3", "A4"] as const;
export type Size = (typeof SIZES)[number];

export interface Board {
  readonly grid_code: string;
  readonly name: string;
  readonly kind: BoardKind;
  readonly size: string;
  readonly printed_at: string;
  readonly stale: boolean;
  readonly changed: readonly string[];
}

export interface Boards {
  readonly boards: readonly Board[];
  readonly never: readonly { readonly code: string; readonly name: string }[];
  readonly truncated: boolean;
}

export interface PrintJob {
  readonly id: string | number;
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly done: number;
  readonly total: number;
  readonly file: string | null;
  readonly error: string | null;
}

export interface PrintWish {
  readonly grids: readonly string[];
  readonly kind: BoardKind;
  readonly size: Size;
}

export const listBoards = (within: string, signal?: AbortSignal): Promise<Boards> => getJson(`${API}/boards`, { within }, signal);

export const printBoards = (wish: PrintWish, csrf: Token): Promise<PrintJob> => sendJson({ method: "POST", path: `${API}/boards`, body: wish, csrf });

export const getJob = (id: PrintJob["id"], signal?: AbortSignal): Promise<PrintJob> => getJson(`${API}/boards/jobs/${encodeURIComponent(id)}`, {}, signal);

/** A single board or card to look at. */
export const boardAddress = (grid: string, kind: BoardKind, size: Size): string =>
  address(`${API}/grids/${encodeURIComponent(grid)}/${kind}.pdf`, kind === "board" ? { size } : {});
