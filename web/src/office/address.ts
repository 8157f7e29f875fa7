/** What the office page's address says: the tab, the lane, the filing, the county, the year and the day. */
import { isDay } from "../model/period";
import { LANES, type Lane } from "./lanes";

export const TABS = ["inbox", "yearbook", "codes", "map", "chain"] as const;
export type TabName = (typeof TABS)[number];

export interface Address {
  readonly tab: TabName;
  readonly filing: string | null;
  readonly lane: Lane;
  /** Six digits; empty for all that one may see. */
  readonly county: string;
  /** Of the year book; empty for the present one. */
  readonly year: string;
  /** Of the map; null is now. */
  readonly at: string | null;
}

export const FIRST: Address = { tab: "inbox", filing: null, lane: "new", county: "", year: "", at: null };

export function readAddress(hash: string): Address {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const matching = (name: string, pattern: RegExp): string => (pattern.test(said.get(name) ?? "") ? said.get(name)! : "");
  const at = said.get("at") ?? "";
  return {
    tab: TABS.find((one) => one === said.get("tab")) ?? FIRST.tab,
    filing: matching("filing", /^BA\d{6}-\d{4}-\d{4}$/) || null,
    lane: LANES.find((one) => one === said.get("lane")) ?? FIRST.lane,
    county: matching("county", /^\d{6}$/),
    year: matching("year", /^\d{4}$/),
    at: isDay(at) ? at : null,
  };
}

/** What goes without saying is left out. */
export function writeAddress(address: Address): string {
  const said = Object.entries(address).filter(([name, value]) => value !== null && value !== "" && value !== FIRST[name as keyof Address]);
  return said.length === 0 ? "" : `#${said.map(([name, value]) => `${name}=${value}`).join("&")}`;
}
