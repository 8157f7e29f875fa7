/** The search box: a combobox whose list is walked with the arrow keys. */
import { search } from "../api/endpoints";
import type { SearchResult } from "../api/types";
import { language, t } from "../i18n/i18n";
import { DATUMS, formatPoint, parseCoordinates, type Datum, type TypedPoint } from "../model/coordinates";
import { byId, h, name } from "./dom";
import { Latest, problemText } from "./problems";
import { say } from "./status";

export interface SearchActions {
  readonly chooseUnit: (result: SearchResult) => void;
  readonly choosePoint: (lon: number, lat: number, datum: Datum) => void;
}

interface Option {
  readonly element: HTMLElement;
  readonly choose: () => void;
}

const PAUSE_MS = 220;

export class SearchBox {
  private readonly input = byId<HTMLInputElement>("search");
  private readonly list = byId("search-list");
  private readonly note = byId("search-note");
  private readonly latest = new Latest();
  private options: readonly Option[] = [];
  private active = -1;
  private timer = 0;
  /** Enter may come before the answer; then the first result is taken when it arrives. */
  private takeFirst = false;

  constructor(private readonly actions: SearchActions) {
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => this.open(this.options.length > 0));
    byId("search-form").addEventListener("submit", (event) => this.submit(event));
    byId("search-clear").addEventListener("click", () => this.clear());
    language.subscribe(() => this.close());
    document.addEventListener("pointerdown", (event) => this.leave(event));
  }

  private later(): void {
    clearTimeout(this.timer);
    byId("search-clear").hidden = this.input.value === "";
    this.timer = window.setTimeout(() => this.ask(), PAUSE_MS);
  }

  private submit(event: Event): void {
    event.preventDefault();
    clearTimeout(this.timer);
    this.takeFirst = true;
    this.ask();
  }

  private ask(): void {
    const q = this.input.value.trim();
    if (q === "") return this.close();
    const point = parseCoordinates(q);
    if (point) return this.offer(DATUMS.map((datum) => this.pointOption(point, datum)));
    this.tell(() => t("search.working"));
    void this.latest.run(
      (signal) => search(q, signal),
      (results) => this.answer(q, results),
      (error) => this.tell(() => problemText(error)),
    );
  }

  private answer(q: string, results: readonly SearchResult[]): void {
    if (results.length > 0) return this.offer(results.map((result) => this.unitOption(result)));
    this.takeFirst = false;
    this.tell(() => t("search.none", { q }));
  }

  private unitOption(result: SearchResult): Option {
    const parts = [h("span", { class: "option-name" }, name(result.name)), this.tag(t(`level.${result.type}`))];
    const below = h("span", { class: "muted" }, result.code ?? "", result.path ? " · " : "", result.path && name(result.path));
    return this.option([...parts, below], () => this.actions.chooseUnit(result));
  }

  private pointOption(point: TypedPoint, datum: (typeof DATUMS)[number]): Option {
    const text = t("search.point", { point: formatPoint(point.lon, point.lat) });
    const note = point.swapped ? `${t(`datum.${datum}`)} · ${t("search.swapped")}` : t(`datum.${datum}`);
    const parts = [h("span", { class: "option-name" }, text), h("span", { class: "muted" }, note)];
    return this.option(parts, () => this.actions.choosePoint(point.lon, point.lat, datum));
  }

  private tag(text: string): HTMLElement {
    return h("span", { class: "tag" }, text);
  }

  private option(parts: readonly Node[], choose: () => void): Option {
    const take = (): void => {
      this.close();
      choose();
    };
    const element = h("li", { role: "option", "aria-selected": "false", onclick: take }, ...parts);
    return { element, choose: take };
  }

  private offer(options: readonly Option[]): void {
    this.options = options;
    options.forEach(({ element }, i) => (element.id = `search-option-${i}`));
    this.list.replaceChildren(...options.map(({ element }) => element));
    this.note.hidden = true;
    this.move(-1);
    this.open(true);
    if (this.takeFirst) this.choose(0);
    else say("choice", () => t("search.count", { n: options.length }));
  }

  /** A line in place of the list: working, nothing found, failed. */
  private tell(text: () => string): void {
    this.options = [];
    this.list.replaceChildren();
    this.open(false);
    this.note.hidden = false;
    this.note.textContent = text();
    say("choice", text);
  }

  private choose(index: number): void {
    this.takeFirst = false;
    this.options[index]?.choose();
  }

  private key(event: KeyboardEvent): void {
    const count = this.options.length;
    if (event.key === "Escape") return this.list.hidden ? this.clear() : this.close();
    if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      return this.choose(this.active);
    }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || count === 0) return;
    event.preventDefault();
    this.open(true);
    const next = this.active + (event.key === "ArrowDown" ? 1 : -1);
    this.move(next < 0 ? count - 1 : next % count);
  }

  private move(index: number): void {
    this.active = index;
    this.options.forEach(({ element }, i) => element.setAttribute("aria-selected", String(i === index)));
    const chosen = this.options[index]?.element;
    if (!chosen) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  private open(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  private close(): void {
    this.latest.cancel();
    this.note.hidden = true;
    this.move(-1);
    this.open(false);
  }

  private clear(): void {
    this.input.value = "";
    this.options = [];
    byId("search-clear").hidden = true;
    this.close();
    this.input.focus();
  }

  private leave(event: Event): void {
    if (!byId("search-form").contains(event.target as Node)) this.close();
  }
}
