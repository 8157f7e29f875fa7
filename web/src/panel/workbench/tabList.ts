/** Tabs with one tab stop, arrow keys between them, and panels that stay in the page. */
import { t } from "../../i18n/i18n";
import type { Key } from "../../i18n/zh";
import { h } from "../dom";

export interface Tab {
  readonly id: string;
  readonly label: Key;
  readonly panel: HTMLElement;
}

export class TabList {
  readonly row: HTMLElement;
  private readonly buttons = new Map<string, HTMLElement>();
  private readonly counts = new Map<string, string>();
  private current: string;

  constructor(
    private readonly label: Key,
    private readonly tabs: readonly Tab[],
    private readonly opened: (id: string) => void = () => undefined,
  ) {
    this.current = tabs[0]!.id;
    const buttons = tabs.map((tab) => this.button(tab));
    this.row = h("div", { class: "tabs", role: "tablist", onkeydown: (event) => this.step(event as KeyboardEvent) }, ...buttons);
    this.translate();
    this.open(this.current);
  }

  open(id: string): void {
    this.current = id;
    for (const { id: one, panel } of this.tabs) {
      const button = this.buttons.get(one)!;
      button.setAttribute("aria-selected", String(one === id));
      button.tabIndex = one === id ? 0 : -1;
      panel.hidden = one !== id;
    }
    this.opened(id);
  }

  /** Whether there are panels at all. */
  show(isShown: boolean): void {
    for (const { id, panel } of this.tabs) panel.hidden = !isShown || id !== this.current;
  }

  /** A small number beside the name, as of findings; empty for none. */
  count(id: string, text: string): void {
    this.counts.set(id, text);
    this.translate();
  }

  translate(): void {
    this.row.setAttribute("aria-label", t(this.label));
    for (const { id, label } of this.tabs) {
      const count = this.counts.get(id) ?? "";
      this.buttons.get(id)!.replaceChildren(t(label), ...(count === "" ? [] : [h("span", { class: "tab-count" }, count)]));
    }
  }

  private button({ id, panel }: Tab): HTMLElement {
    panel.id = `tab-panel-${id}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `tab-${id}`);
    panel.tabIndex = 0;
    const attributes = { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": panel.id };
    const button = h("button", { ...attributes, onclick: () => this.open(id) });
    this.buttons.set(id, button);
    return button;
  }

  private step(event: KeyboardEvent): void {
    const ids = this.tabs.map(({ id }) => id);
    const at = ids.indexOf(this.current);
    const places: Readonly<Record<string, number>> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 };
    const to = places[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = ids[(to + ids.length) % ids.length]!;
    this.open(next);
    this.buttons.get(next)!.focus();
  }
}
