/** The grids with the most incidents; a press goes there. */
import { getHotGrids, type Bbox, type IncidentQuery } from "../../api/endpoints";
import type { HotGrid } from "../../api/types";
import { integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { byId, h, name } from "../dom";
import { Latest, problemBox } from "../problems";

export interface HotGridActions {
  readonly query: () => IncidentQuery | null;
  readonly go: (bbox: Bbox, code: string) => void;
}

/** Where the focus is in a box that is filled anew; what takes it back there: to the same grid, else to the one in its place, else to
 * the order of the list. */
function focusIn(box: HTMLElement): (() => void) | null {
  const held = document.activeElement;
  if (!(held instanceof HTMLElement) || !box.contains(held)) return null;
  const of = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>("[data-code]")];
  const [code, place] = [held.dataset["code"], of().indexOf(held)];
  return () => {
    const same = of().find((one) => code !== undefined && one.dataset["code"] === code);
    (same ?? (place < 0 ? null : of()[Math.min(place, of().length - 1)]) ?? byId("hot-order")).focus();
  };
}

export class HotGrids {
  private readonly latest = new Latest();
  private order: "count" | "rate" = "count";

  constructor(private readonly actions: HotGridActions) {
    byId("hot-grids").addEventListener("toggle", () => this.load());
  }

  /** Loads the list, if it lies open. */
  load(): void {
    const query = this.actions.query();
    if (!byId<HTMLDetailsElement>("hot-grids").open || !query) return this.latest.cancel();
    const { order } = this;
    void this.latest.run((signal) => getHotGrids(query, order, signal), (grids) => this.put(grids), (error) => this.fail(error));
  }

  private put(grids: readonly HotGrid[]): void {
    const rows = grids.map((grid) => h("li", {}, this.row(grid)));
    const list = rows.length === 0 ? h("p", { class: "muted" }, t("heat.hotNone")) : h("ol", { class: "hot-list" }, ...rows);
    const at = focusIn(byId("hot-body"));
    byId("hot-body").replaceChildren(this.orders(), list);
    at?.();
  }

  private row(grid: HotGrid): HTMLElement {
    const rate = grid.rate === null ? t("heat.rateUnknown") : t("heat.rateOf", { n: String(grid.rate) });
    return h(
      "button",
      { type: "button", class: "hot-grid", "data-code": grid.code, onclick: () => this.actions.go(grid.bbox, grid.code) },
      h("span", { class: "hot-name" }, name(grid.name)),
      h("span", { class: "hot-count" }, t("heat.incidents", { n: integer(grid.count) })),
      h("span", { class: "muted" }, rate),
    );
  }

  private orders(): HTMLElement {
    const box = h("select", { id: "hot-order" }, h("option", { value: "count" }, t("heat.orderCount")), h("option", { value: "rate" }, t("heat.orderRate")));
    box.value = this.order;
    box.addEventListener("change", () => {
      this.order = box.value === "rate" ? "rate" : "count";
      this.load();
    });
    return h("div", { class: "field" }, h("label", { for: "hot-order" }, t("heat.order")), box);
  }

  private fail(error: unknown): void {
    byId("hot-body").replaceChildren(problemBox(error, () => this.load()));
  }
}
