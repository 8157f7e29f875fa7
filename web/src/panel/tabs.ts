/** The panel's tabs: one tab stop, arrow keys between them; and the button that folds the panel on a phone. */
import { t } from "../i18n/i18n";
import { signal } from "../model/signal";
import { byId } from "./dom";

export type TabName = "place" | "incidents" | "list";
const NAMES: readonly TabName[] = ["place", "incidents", "list"];
export const tab = signal<TabName>("place");

const button = (name: TabName): HTMLElement => byId(`tab-${name}`);

export function openTab(name: TabName): void {
  for (const one of NAMES) {
    const chosen = one === name;
    button(one).setAttribute("aria-selected", String(chosen));
    button(one).tabIndex = chosen ? 0 : -1;
    byId(`panel-${one}`).hidden = !chosen;
  }
  expandPanel(true);
  tab.set(name);
}

export function expandPanel(open: boolean): void {
  byId("panel").classList.toggle("is-folded", !open);
  const fold = byId("fold");
  fold.setAttribute("aria-expanded", String(open));
  fold.setAttribute("aria-label", t(open ? "panel.collapse" : "panel.expand"));
}

export function translateFold(): void {
  expandPanel(!byId("panel").classList.contains("is-folded"));
}

function step(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = NAMES.indexOf(tab.get());
  const next = by === undefined ? edge(event.key) : NAMES[(at + by + NAMES.length) % NAMES.length];
  if (!next) return;
  event.preventDefault();
  openTab(next);
  button(next).focus();
}

function edge(key: string): TabName | undefined {
  if (key === "Home") return NAMES[0];
  return key === "End" ? NAMES[NAMES.length - 1] : undefined;
}

export function startTabs(): void {
  for (const name of NAMES) button(name).addEventListener("click", () => openTab(name));
  byId("tabs").addEventListener("keydown", step);
  byId("fold").addEventListener("click", () => expandPanel(byId("panel").classList.contains("is-folded")));
}
