/** The tab of grids without anybody on duty at this minute: since when, why, and putting somebody on. */
import { beginDuty, listUnstaffed, listWorkers, type GridWorker, type UnstaffedGrid } from "../../api/gridWorkers";
import { instant, integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { candidates } from "../../staff/workers";
import { said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { fillBox, type Option } from "../workbench/parts";
import { DataTable, type Column } from "./table";
import { View } from "./view";
import { gridCell, kindText } from "./words";

interface Answer {
  readonly grids: readonly UnstaffedGrid[];
  readonly truncated: boolean;
  readonly workers: readonly GridWorker[];
}

export class UnstaffedView extends View<Answer> {
  private readonly table = new DataTable<UnstaffedGrid>("unstaffed");
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "unstaffed-error" });

  /** Whoever may not give duties sees the list alone. */
  protected async ask(place: string, signal: AbortSignal): Promise<Answer> {
    const may = this.around.signedIn.may("duty.edit", place);
    const [{ grids, truncated }, { workers }] = await Promise.all([listUnstaffed(place, signal), may ? listWorkers("", signal) : { workers: [] }]);
    return { grids, truncated, workers };
  }

  protected render({ grids, truncated }: Answer): void {
    const count = h("p", { class: "muted", role: "status", id: "unstaffed-count" }, t("st.unstaffedCount", { n: integer(grids.length) }));
    const more = truncated && h("p", { class: "notice" }, t("st.truncated"));
    fillBox(this.element, h("div", { class: "staff-main" }, h("p", {}, t("st.unstaffedText")), count, more, this.failed, this.table.element));
    this.table.show(grids, { id: "unstaffed", caption: t("st.tab.unstaffed"), columns: this.columns(), key: ({ code }) => code, empty: t("st.allStaffed") });
  }

  private columns(): Column<UnstaffedGrid>[] {
    const since = (one: UnstaffedGrid): string => (one.since === null ? "—" : instant(one.since));
    const acts: Column<UnstaffedGrid> = { key: "act", title: t("st.putOn"), isActs: true, cell: (one) => this.acts(one) };
    const mayGive = this.around.signedIn.may("duty.edit", this.place);
    return [
      { key: "grid", title: t("st.grid"), value: (one) => one.code, cell: gridCell },
      { key: "village", title: t("st.village"), value: (one) => one.village, cell: (one) => (one.village === null ? "—" : name(one.village)) },
      { key: "since", title: t("st.since"), value: (one) => one.since, cell: since },
      { key: "reason", title: t("st.why"), value: (one) => one.reason, cell: (one) => t(`st.why.${one.reason}`) },
      ...(mayGive ? [acts] : []),
    ];
  }

  private acts(grid: UnstaffedGrid): HTMLElement {
    const fit = candidates(this.answer?.workers ?? [], grid.code);
    if (fit.length === 0) return h("span", { class: "muted" }, t("st.nobodyFits"));
    const options = fit.map((one): Option<string> => [String(one.id), `${one.name} · ${kindText(one.kind)}`]);
    const choice = h("select", { "aria-label": t("st.whoServes", { grid: grid.code }), id: `who-${grid.code}` }, ...options.map(([value, text]) => h("option", { value, lang: "zh-CN" }, text)));
    const put = h("button", { type: "button", class: "button small strong", id: `put-${grid.code}` }, t("st.putOn"));
    put.addEventListener("click", () => void this.put(grid, fit.find(({ id }) => id === Number(choice.value))!, put));
    return h("span", { class: "row" }, choice, put);
  }

  private async put(grid: UnstaffedGrid, worker: GridWorker, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    this.failed.textContent = "";
    try {
      await this.around.signedIn.withToken((csrf) => beginDuty(grid.code, { worker_id: worker.id, role: "responsible" }, csrf));
      this.around.say(() => t("st.putOnDone", { worker: worker.name, grid: grid.name }));
      this.load();
    } catch (error) {
      this.failed.replaceChildren(name(grid.name), ` ${said(error).text}`);
      button.disabled = false;
    }
  }
}
