/** A kept report as a request: the staff's and the public's. */
import { report } from "../api/desk";
import { sendPublicReport } from "../api/reports";
import type { Entry, Receipt } from "./entry";

export async function sendEntry(entry: Entry, csrf: string | null): Promise<Receipt> {
  if (entry.account === null) {
    const { no, token } = await sendPublicReport(formOf(entry, { contact: entry.contact }), entry.key);
    return { no, token, grid: null };
  }
  const { no, grid } = await report(formOf(entry, { source: "phone", noted_at: entry.notedAt }), entry.key, csrf);
  return { no, token: null, grid: grid?.name ?? null };
}

/** The same bytes at every try: by them the server knows it again. */
function formOf({ matter, description, address, point, photos }: Entry, more: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  const place = point ? { lon: point.lon.toFixed(7), lat: point.lat.toFixed(7), datum: point.datum } : {};
  for (const [name, value] of Object.entries({ matter, ...place, description, address, ...more })) if (value !== "") form.append(name, value);
  for (const photo of photos) form.append("photo", new Blob([photo], { type: "image/jpeg" }), "photo.jpg");
  return form;
}
