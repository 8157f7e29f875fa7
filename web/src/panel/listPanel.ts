/** Keeps the list tab in step with the map; it works only while it is open. */
import { getIncidents, type IncidentQuery } from "../api/endpoints";
import type { IncidentFeature, Meta } from "../api/types";
import { t } from "../i18n/i18n";
import type { MapView } from "../map/mapView";
import { listedLevel } from "../model/bands";
import { byId, h } from "./dom";
import { MOST_ROWS, listMessage, nameListed, renderIncidents, renderUnits, startRowKeys, type ListActions } from "./list";
import { Latest, problemBox } from "./problems";
import { incidentView, selection } from "./state";
import { tab } from "./tabs";

export class ListPanel {
  private readonly latest = new Latest();
  private readonly filter = byId<HTMLInputElement>("list-filter");

  constructor(
    private readonly map: MapView,
    private readonly meta: Meta,
    private readonly query: () => IncidentQuery | null,
    private readonly actions: ListActions,
  ) {
    this.filter.addEventListener("input", () => this.render());
    for (const radio of this.radios()) radio.addEventListener("change", () => this.render());
    tab.subscribe(() => this.render());
    selection.subscribe(() => this.markChosen());
    startRowKeys();
  }

  private radios(): HTMLInputElement[] {
    return [...document.querySelectorAll<HTMLInputElement>('input[name="list-what"]')];
  }

  private showsUnits(): boolean {
    return this.radios().some((radio) => radio.checked && radio.value === "units");
  }

  render(): void {
    nameListed(listedLevel(this.map.view().zoom));
    if (tab.get() !== "list") return;
    byId("list-tools").hidden = !this.showsUnits();
    if (this.showsUnits()) renderUnits(this.map.listed(), this.filter.value, this.chosenCode(), this.actions);
    else this.renderIncidents();
  }

  private chosenCode(): string | null {
    const chosen = selection.get();
    return chosen.kind === "unit" ? chosen.feature.properties.code : null;
  }

  /** A new choice marks its row but leaves the rows where they are, so the reader's focus stays put. */
  private markChosen(): void {
    for (const row of document.querySelectorAll<HTMLElement>("#list-rows tr[data-code]")) {
      row.classList.toggle("is-chosen", row.dataset["code"] === this.chosenCode());
    }
  }

  /** Near, the map's own incidents; far away, where the map has counts only, the first few hundred are asked for. */
  private renderIncidents(): void {
    const view = incidentView.get();
    if (view.kind === "points") return this.show(view.incidents, view.total);
    const query = this.query();
    if (!query) return listMessage(h("p", { class: "notice" }, t("incidents.badRange")));
    listMessage(h("p", { class: "working" }, t("legend.loading")));
    void this.latest.run(
      (signal) => getIncidents(this.map.view().bbox, query, MOST_ROWS, signal),
      (answer) => this.show(answer.features, answer.total),
      (error) => listMessage(problemBox(error, () => this.render())),
    );
  }

  private show(incidents: readonly IncidentFeature[], total: number): void {
    this.latest.cancel();
    renderIncidents(incidents, total, this.meta, this.actions);
  }
}
