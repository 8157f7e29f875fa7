/** Coordinates as people type them. */
export interface TypedPoint {
  readonly lon: number;
  readonly lat: number;
  /** True where the latitude came first and the two were exchanged. */
  readonly swapped: boolean;
}

/** Every coordinate declares its datum; in Luzhou a GCJ-02 point read as CGCS2000 is 500 m off, a BD-09 point 1 km. */
export const DATUMS = ["cgcs2000", "gcj02", "bd09"] as const;
export type Datum = (typeof DATUMS)[number] | "wgs84";

const NUMBER = String.raw`[-+]?\d{1,3}(?:\.\d+)?`;
const WORDS = /[°度ensw()（）]|东经|北纬|经度|纬度|lon|lat|[:：=]/gi;
const PAIR = new RegExp(`^(${NUMBER})(?:\\s*[,，;；、/]\\s*|\\s+)(${NUMBER})$`);

/** Reads "105.44, 28.88", "105.44，28.88", "东经105.44° 北纬28.88°" or "28.88 105.44"; null if it is no pair of coordinates. */
export function parseCoordinates(text: string): TypedPoint | null {
  const match = PAIR.exec(text.replace(WORDS, " ").trim().replace(/\s+/g, " ").replace(/\s*([,，])\s*/g, "$1"));
  if (!match) return null;
  return ordered(Number(match[1]), Number(match[2]));
}

function ordered(first: number, second: number): TypedPoint | null {
  if (Math.abs(second) <= 90 && Math.abs(first) <= 180) return { lon: first, lat: second, swapped: false };
  if (Math.abs(first) <= 90 && Math.abs(second) <= 180) return { lon: second, lat: first, swapped: true };
  return null;
}

export function formatPoint(lon: number, lat: number): string {
  return `${lon.toFixed(6)}, ${lat.toFixed(6)}`;
}
