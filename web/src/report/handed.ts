/** A position that another page hands to the report page: in the address behind `#`, which no server sees. */
import type { ReportPoint } from "./entry";

const FORM = /^#at=(-?\d{1,3}\.\d{1,9}),(-?\d{1,2}\.\d{1,9})$/;

/** WGS84 and CGCS2000 are the same at this scale, so that the datum need not be said. */
export function handingOn({ lon, lat }: Pick<ReportPoint, "lon" | "lat">): string {
  return `#at=${lon.toFixed(7)},${lat.toFixed(7)}`;
}

/** Null where none is handed on. How exact a phone's position was is not known any more: it is a place to be looked at. */
export function handedOn(hash: string): ReportPoint | null {
  const found = FORM.exec(hash);
  if (!found) return null;
  const [lon, lat] = [Number(found[1]), Number(found[2])];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat, datum: "cgcs2000", accuracyM: null } : null;
}
