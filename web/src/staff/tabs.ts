/** The tabs of the page, and which of them an account's roles open. The server decides; this keeps away what it would refuse. */
import type { Grant } from "../api/session";
import { allows, allowsSomewhere, type Right } from "../workbench/session";

export const TABS = ["workers", "unstaffed", "figures", "boards", "words"] as const;
export type Tab = (typeof TABS)[number];

export const OPENED_BY: Readonly<Record<Tab, readonly Right[]>> = {
  workers: ["duty.read"],
  unstaffed: ["duty.read"],
  figures: ["duty.read"],
  boards: ["board.print"],
  words: ["service_word.read", "service_word.see_answered"],
};

export function isTab(text: string): text is Tab {
  return (TABS as readonly string[]).includes(text);
}

export function tabsOf(grants: readonly Grant[]): Tab[] {
  return TABS.filter((tab) => OPENED_BY[tab].some((right) => allowsSomewhere(grants, right)));
}

/** Where a tab can begin: the beginnings of the codes that its rights reach, the smallest code first; empty is the whole city. */
export function scopesOf(grants: readonly Grant[], tab: Tab): string[] {
  const reached = grants.filter((grant) => OPENED_BY[tab].some((right) => allows([grant], right, grant.scope))).map(({ scope }) => scope);
  const widest = reached.filter((scope) => !reached.some((other) => other !== scope && scope.startsWith(other)));
  return [...new Set(widest)].sort();
}

/** The place that a tab shows: the one asked for where it is within reach, else the first scope. */
export function placeFor(asked: string, scopes: readonly string[]): string {
  const isWithin = scopes.some((scope) => asked !== "" && asked.startsWith(scope));
  return isWithin ? asked : (scopes[0] ?? "");
}
