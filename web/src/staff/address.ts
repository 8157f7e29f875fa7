/** What the page shows, as its address says it: `#tab=boards&place=510504001`. */
import { isDay, type DayRange } from "../model/period";
import { isTab, type Tab } from "./tabs";

export interface Address {
  /** Null: the first that one may see. */
  readonly tab: Tab | null;
  /** Code of a unit; empty: the first that one answers for. */
  readonly place: string;
  readonly worker: number | null;
  /** Days of the figures, both included. */
  readonly range: DayRange;
}

const CODE_LENGTHS = [4, 6, 9, 12, 15];

export function readAddress(hash: string): Address {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const text = (name: string): string => said.get(name) ?? "";
  const day = (name: string): string | null => (isDay(text(name)) ? text(name) : null);
  const tab = text("tab");
  const place = text("place");
  return {
    tab: isTab(tab) ? tab : null,
    place: /^\d+$/.test(place) && CODE_LENGTHS.includes(place.length) ? place : "",
    worker: /^[1-9]\d{0,15}$/.test(text("worker")) ? Number(text("worker")) : null,
    range: { first: day("first"), last: day("last") },
  };
}

export function writeAddress({ tab, place, worker, range }: Address): string {
  const days = tab === "figures" ? range : { first: null, last: null };
  const parts = { tab, place, worker: tab === "workers" ? worker : null, ...days };
  const said = Object.entries(parts).filter(([, value]) => value !== null && value !== "");
  return `#${said.map(([name, value]) => `${name}=${String(value)}`).join("&")}`;
}
