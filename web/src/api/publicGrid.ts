/** What is published of a grid and of who serves it, for everybody. */
import type { Bbox } from "./endpoints";
import { getJson, sendJson } from "./client";
import type { UnitFeature } from "./types";

const API = "/api/v1";

export interface PlaceName {
  readonly code: string;
  readonly name: string;
}

export interface PublicWorker {
  readonly name: string;
  readonly kind: "full_time" | "part_time" | "stationed";
  readonly role: "responsible" | "assisting" | "stationed";
  readonly work_phone: string;
  /** Name of who is absent. */
  readonly substitutes_for: string | null;
}

export const DIRECTIONS = ["east", "south", "west", "north"] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface PublicGrid {
  readonly grid: {
    readonly code: string;
    readonly name: string;
    readonly kind: string;
    readonly exclusive_kind: { readonly name: string; readonly name_en: string } | null;
    readonly place: Readonly<Record<"village" | "town" | "county", PlaceName>>;
    readonly area_m2: number;
    /** Names of what borders on it. */
    readonly extent: Readonly<Record<Direction, readonly string[]>>;
    readonly micro_grids: readonly PlaceName[];
    readonly geometry: UnitFeature["geometry"];
    readonly bbox: Bbox;
  };
  readonly workers: readonly PublicWorker[];
  readonly supervision_phone: string | null;
  readonly how_to_report: Readonly<Record<"zh" | "en", string>>;
  readonly review_number: string | null;
  readonly as_of: string;
  readonly synthetic: boolean;
  readonly on_border: boolean;
}

export interface Badge {
  readonly badge_no: string;
  readonly valid: boolean;
  /** Of a badge that is no longer valid nothing is told. */
  readonly name: string | null;
  readonly kind: PublicWorker["kind"] | null;
  readonly place: PlaceName | null;
  readonly grids: readonly PlaceName[];
}

export interface Point {
  readonly lon: number;
  readonly lat: number;
  readonly datum: "wgs84" | "cgcs2000";
}

export const gridAt = ({ lon, lat, datum }: Point, signal?: AbortSignal): Promise<PublicGrid> =>
  getJson(`${API}/public/grid`, { lon: lon.toFixed(7), lat: lat.toFixed(7), datum }, signal);

export const gridOf = (code: string, signal?: AbortSignal): Promise<PublicGrid> => getJson(`${API}/public/grid`, { code }, signal);

export const getBadge = (no: string, signal?: AbortSignal): Promise<Badge> => getJson(`${API}/badges/${encodeURIComponent(no)}`, {}, signal);

export type WordKind = "complaint" | "praise";

export interface NewWord {
  readonly grid_code: string;
  readonly kind: WordKind;
  readonly text: string;
  readonly contact: string | null;
}

export interface OwnWord {
  readonly no: string;
  readonly kind: WordKind;
  readonly state: "received" | "answered";
  readonly text: string;
  readonly answer: string | null;
  readonly answered_at: string | null;
}

/** Sent again under the same key it is answered as the first time. */
export const sayWord = (body: NewWord, key: string): Promise<{ readonly no: string; readonly token: string }> =>
  sendJson({ method: "POST", path: `${API}/service-words`, body, headers: { "idempotency-key": key } });

export const followWord = (no: string, token: string, signal?: AbortSignal): Promise<OwnWord> =>
  getJson(`${API}/service-words/mine`, { no, token }, signal);
