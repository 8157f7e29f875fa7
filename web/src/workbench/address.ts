/** What the address carries, so that a reload comes back: `#set=7&place=510502001001`, or a box, or a day. */
export type Box = readonly [number, number, number, number];

/** A unit with everything below it, or the grids that meet a box (west, south, east, north in degrees). */
export type Place = { readonly kind: "unit"; readonly code: string } | { readonly kind: "box"; readonly box: Box };

export interface Address {
  readonly set: number | null;
  readonly place: Place | null;
  /** A day as the register was then: nothing is edited. */
  readonly at: string | null;
}

export function readAddress(hash: string): Address {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const set = /^[1-9]\d{0,14}$/.test(given.get("set") ?? "") ? Number(given.get("set")) : null;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(given.get("at") ?? "") ? given.get("at") : null;
  return { set, place: unitOf(given.get("place")) ?? boxOf(given.get("box")), at };
}

function unitOf(text: string | null): Place | null {
  return text !== null && /^(\d{6}|\d{9}|\d{12}|\d{15})$/.test(text) ? { kind: "unit", code: text } : null;
}

function boxOf(text: string | null): Place | null {
  if (text === null) return null;
  const numbers = text.split(",").map(Number);
  const [west, south, east, north] = numbers;
  if (numbers.length !== 4 || numbers.some((one) => !Number.isFinite(one))) return null;
  return west! < east! && south! < north! ? { kind: "box", box: [west!, south!, east!, north!] } : null;
}

export function writeAddress({ set, place, at }: Address): string {
  const parts = [set !== null && `set=${set}`, place && placeText(place), at !== null && `at=${at}`];
  return `#${parts.filter(Boolean).join("&")}`;
}

function placeText(place: Place): string {
  return place.kind === "unit" ? `place=${place.code}` : `box=${place.box.map((one) => Number(one.toFixed(6))).join(",")}`;
}
