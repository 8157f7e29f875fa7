/** The units that are open, as a list: whatever can be chosen on the map can be chosen here. */
import { area, integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { areaM2, type Unit } from "../../topology";
import type { Desk } from "../../workbench/desk";
import { h, name } from "../dom";
import { fillBox } from "./parts";

const MOST_ROWS = 600;

export class UnitsPanel {
  readonly element = h("div", { class: "units" });
  private readonly filter = h("input", { id: "unit-filter", type: "search", maxlength: "40", spellcheck: "false" });
  private readonly rows = h("div", { class: "list-rows" });
  private readonly count = h("p", { class: "muted", "aria-live": "polite" });
  private isShown = false;

  constructor(private readonly desk: Desk) {
    this.filter.addEventListener("input", () => this.renderRows());
    this.rows.addEventListener("keydown", (event) => stepRows(this.rows, event));
  }

  /** Lists of hundreds are only built while somebody looks at them. */
  show(isShown: boolean): void {
    this.isShown = isShown;
    this.render();
  }

  render(): void {
    if (!this.isShown) return;
    if (!this.element.contains(this.filter)) {
      this.element.replaceChildren(
        h("div", { class: "field" }, h("label", { for: "unit-filter", id: "unit-filter-label" }), this.filter),
        this.count,
        this.rows,
      );
    }
    this.element.querySelector("#unit-filter-label")!.textContent = t("list.filter");
    this.renderRows();
  }

  /** The choice alone, as while somebody clicks through the map. */
  renderChoice(): void {
    const chosen = new Set(this.desk.store.selection.get());
    for (const row of this.rows.querySelectorAll<HTMLElement>("tr[data-unit]")) {
      const isChosen = chosen.has(row.dataset["unit"]!);
      row.classList.toggle("is-chosen", isChosen);
      row.querySelector("button")!.setAttribute("aria-pressed", String(isChosen));
    }
  }

  private renderRows(): void {
    const units = this.units();
    const text = this.filter.value.trim().toLowerCase();
    const fitting = units.filter((unit) => unit.id.includes(text) || unit.name.toLowerCase().includes(text));
    this.count.textContent = t("list.shown", { n: integer(units.length), shown: integer(Math.min(fitting.length, MOST_ROWS)) });
    const rows = fitting.slice(0, MOST_ROWS).map((unit) => this.row(unit));
    const heads = (["list.name", "list.households", "card.area"] as const).map((key, at) =>
      h("th", { scope: "col", class: at > 0 ? "number" : null }, t(key)),
    );
    fillBox(this.rows, h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)));
    this.renderChoice();
  }

  private units(): Unit[] {
    const land = this.desk.store.coverage.get();
    const level = this.desk.store.level.get();
    return [...(land?.units.values() ?? [])].filter((unit) => unit.level === level && !unit.locked).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private row(unit: Unit): HTMLElement {
    const land = this.desk.store.coverage.get()!;
    const choose = (event: Event): void => {
      const { store } = this.desk;
      if ((event as MouseEvent).ctrlKey || (event as MouseEvent).shiftKey) return store.toggle(unit.id);
      store.lookAt([unit.id]);
    };
    return h(
      "tr",
      { "data-unit": unit.id },
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          { type: "button", class: "row-button", id: `unit-${unit.id}`, onclick: choose },
          h("span", {}, name(unit.name), h("span", { class: "digits" }, unit.id)),
        ),
      ),
      h("td", { class: "number" }, unit.households === null ? "–" : integer(unit.households)),
      h("td", { class: "number" }, area(areaM2(land, unit.id))),
    );
  }
}

/** Up and down go from row to row. */
function stepRows(box: HTMLElement, event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  const buttons = [...box.querySelectorAll<HTMLElement>(".row-button")];
  const next = buttons[buttons.indexOf(document.activeElement as HTMLElement) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
