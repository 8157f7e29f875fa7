/** The tab of notice boards and contact cards: what to print, printing it, and what stands on all of them. */
import { boardAddress, getJob, KINDS, listBoards, printBoards, SIZES, type BoardKind, type Boards, type PrintJob, type Size } from "../../api/boards";
import { instant, integer } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import { boardRows, CONDITIONS, counts, isDue, isRetired, sizeOf, type BoardRow, type Condition } from "../../staff/boards";
import { follow } from "../../staff/printing";
import { BROWSER_CLOCK } from "../../workbench/clock";
import { refusalText, said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { button, field, fillBox, segments, select, type Option } from "../workbench/parts";
import { PublishedSettings } from "./publishedSettings";
import { DataTable, type Column } from "./table";
import { View, type Surroundings } from "./view";
import { tag } from "./words";

const TO_PRINT = "due";

export class BoardsView extends View<Boards> {
  private kind: BoardKind = "board";
  private size: Size = "A3";
  private wanted: Condition | typeof TO_PRINT | "" = TO_PRINT;
  private readonly chosen = new Set<string>();
  private readonly table = new DataTable<BoardRow>("boards");
  private readonly acts = h("div", { class: "staff-tools", id: "print-acts" });
  private readonly progress = h("div", { id: "print-job", class: "print-job", role: "status" });
  private readonly published: PublishedSettings;
  private job: PrintJob | null = null;
  private stop = (): void => undefined;

  constructor(around: Surroundings) {
    super(around);
    this.published = new PublishedSettings(around, () => this.load());
  }

  override open(place: string): void {
    if (place !== this.place) this.chosen.clear();
    this.published.open(place);
    super.open(place);
  }

  override close(): void {
    super.close();
    this.stop();
    this.stop = () => undefined;
    this.job = null;
    fillBox(this.progress);
  }

  protected ask(place: string, signal: AbortSignal): Promise<Boards> {
    return listBoards(place, signal);
  }

  protected render(answer: Boards): void {
    const kinds = KINDS.map((one): Option<BoardKind> => [one, t(`st.board.${one}`)]);
    const kind = segments("board-kind", t("st.boardKind"), kinds, this.kind, (value) => this.turn(() => (this.kind = value)));
    const due = (size: Size): number => boardRows(answer, this.kind, size).filter(isDue).length;
    const sizes = select("board-size", SIZES.map((one): Option<string> => [one, t("st.sizeDue", { size: one, n: integer(due(one)) })]), this.size);
    sizes.addEventListener("change", () => this.turn(() => (this.size = sizes.value as Size)));
    const size = this.kind === "board" && field(t("st.size"), sizes);
    const tools = h("div", { class: "staff-tools" }, kind, size, this.conditions(answer));
    const more = answer.truncated && h("p", { class: "notice" }, t("st.truncated"));
    fillBox(this.element, h("div", { class: "staff-main" }, this.published.element, tools, more, this.acts, this.progress, this.table.element));
    this.published.render();
    this.renderRows();
    this.renderJob();
  }

  private turn(change: () => void): void {
    change();
    this.chosen.clear();
    if (this.answer) this.render(this.answer);
  }

  private conditions(answer: Boards): HTMLElement {
    const found = counts(this.all(answer));
    const due: Option<string> = [TO_PRINT, t("st.condition.due", { n: integer(found.never + found.stale) })];
    const each = CONDITIONS.map((one): Option<string> => [one, t(`st.condition.${one}`, { n: integer(found[one]) })]);
    const box = select("board-condition", [due, ...each, ["", t("st.allBoards")]], this.wanted);
    box.addEventListener("change", () => this.turn(() => (this.wanted = box.value as typeof this.wanted)));
    return field(t("st.condition"), box);
  }

  private all(answer: Boards): BoardRow[] {
    return boardRows(answer, this.kind, sizeOf(this.kind, this.size));
  }

  private rows(): BoardRow[] {
    const rows = this.answer ? this.all(this.answer) : [];
    if (this.wanted === TO_PRINT) return rows.filter(isDue);
    return rows.filter(({ condition }) => this.wanted === "" || condition === this.wanted);
  }

  private renderRows(): void {
    const rows = this.rows();
    this.table.show(rows, { id: "boards", caption: t("st.tab.boards"), columns: this.columns(), key: ({ code }) => code, empty: t(this.wanted === TO_PRINT ? "st.nothingToPrint" : "st.noMatch") });
    this.renderActs(rows);
  }

  private renderActs(rows: readonly BoardRow[]): void {
    const can = rows.filter((row) => !isRetired(row));
    const all = h("input", { type: "checkbox", id: "choose-all" });
    all.checked = can.length > 0 && can.every(({ code }) => this.chosen.has(code));
    all.indeterminate = !all.checked && this.chosen.size > 0;
    all.addEventListener("change", () => {
      this.chosen.clear();
      if (all.checked) for (const { code } of can) this.chosen.add(code);
      this.renderRows();
    });
    const isBusy = this.job !== null && this.job.state !== "done" && this.job.state !== "failed";
    const print = button(t("st.print", { n: integer(this.chosen.size) }), () => void this.print(), { id: "print", strong: true, disabled: this.chosen.size === 0 || isBusy });
    fillBox(this.acts, h("label", { class: "check" }, all, t("st.chooseAll", { n: integer(can.length) })), print, h("span", { class: "muted" }, t("st.printText")));
  }

  private columns(): Column<BoardRow>[] {
    const changed = (one: BoardRow): string => one.changed.map((what) => tOr(`st.changed.${what}`, what)).join(t("wb.separator"));
    const look = { never: "bad", stale: "bad", current: "good", other_size: "plain" } as const;
    const open = (one: BoardRow): Node | string =>
      isRetired(one) ? t("st.takeDown") : h("a", { class: "link", href: boardAddress(one.code, this.kind, this.size), target: "_blank", rel: "noopener" }, t("st.lookAt"));
    return [
      { key: "grid", title: t("st.grid"), value: (one) => one.code, cell: (one) => this.choice(one) },
      { key: "condition", title: t("st.condition"), value: (one) => one.condition, cell: (one) => tag(t(`st.is.${one.condition}`), look[one.condition]) },
      { key: "changed", title: t("st.changed"), value: (one) => changed(one) || null, cell: (one) => changed(one) || "—" },
      { key: "printed", title: t("st.printedAt"), value: (one) => one.printed_at, cell: (one) => (one.printed_at === null ? "—" : `${instant(one.printed_at)} ${one.size ?? ""}`) },
      { key: "open", title: t("st.lookAt"), isActs: true, cell: open },
    ];
  }

  private choice(one: BoardRow): HTMLElement {
    const box = h("input", { type: "checkbox", id: `choose-${one.code}`, disabled: isRetired(one) });
    box.checked = this.chosen.has(one.code);
    box.addEventListener("change", () => {
      if (box.checked) this.chosen.add(one.code);
      else this.chosen.delete(one.code);
      this.renderActs(this.rows());
    });
    return h("label", { class: "check" }, box, h("span", {}, name(one.name), h("span", { class: "under" }, one.code)));
  }

  private async print(): Promise<void> {
    const wish = { grids: [...this.chosen].sort(), kind: this.kind, size: sizeOf(this.kind, this.size) };
    this.stop();
    try {
      const job = await this.around.signedIn.withToken((csrf) => printBoards(wish, csrf));
      this.stop = follow(job, { ask: () => getJob(job.id), clock: BROWSER_CLOCK, told: (now) => this.told(now), failed: (error) => this.lost(error) });
    } catch (error) {
      this.lost(error);
    }
  }

  private lost(error: unknown): void {
    this.job = null;
    fillBox(this.progress, h("p", { class: "field-error", role: "alert" }, said(error).text));
    this.renderActs(this.rows());
  }

  private told(job: PrintJob): void {
    this.job = job;
    this.renderJob();
    this.renderActs(this.rows());
    if (job.state !== "done") return;
    this.chosen.clear();
    this.load();
  }

  private renderJob(): void {
    const { job } = this;
    if (job === null) return;
    if (job.state === "failed") return fillBox(this.progress, h("p", { class: "field-error", role: "alert" }, t("st.printFailed"), " ", job.error === null ? "" : refusalText(job.error)));
    const text = t(`st.job.${job.state}`, { done: integer(job.done), total: integer(job.total) });
    const bar = h("progress", { max: String(Math.max(job.total, 1)), value: String(job.done), "aria-label": t("st.printing") });
    const file = job.state === "done" && job.file !== null && h("a", { class: "button small strong", id: "print-file", href: job.file, download: "" }, t("st.download"));
    fillBox(this.progress, job.state === "done" ? null : bar, h("span", {}, text), file);
  }
}
