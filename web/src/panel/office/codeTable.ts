/** One code table: its entries as of a day, each to be changed or ended from a day on, and who changed what. */
import { endEntry, entriesIn, getChanges, getTables, putEntry, type Change, type CodeTables, type Department, type Entry, type TableName } from "../../api/codeTables";
import { day, instant } from "../../i18n/format";
import { language, named, t } from "../../i18n/i18n";
import { cityDay } from "../../model/period";
import type { Told } from "../../office/desk";
import { allowsSomewhere } from "../../workbench/session";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { button, field, fillBox, section, working } from "../workbench/parts";
import { ChangesBox } from "./changesBox";
import { editEntry } from "./codeForm";
import type { Editing } from "./codes";
import { askGridKind } from "./gridKind";
import { askAndSend } from "./sending";
import { failure, scroll } from "./words";

export class CodeTable {
  readonly element = h("div", {});
  private entries: Told<CodeTables> = { kind: "none" };
  private readonly changes: ChangesBox<Change>;
  private at = "";
  private readonly latest = new Latest();

  constructor(
    private readonly table: TableName,
    private readonly editing: Editing,
  ) {
    this.changes = new ChangesBox(editing, {
      ask: (signal) => getChanges(table, signal),
      heads: ["of.codes.recordedAt", "of.codes.setBy", "of.codes.name", "of.codes.code", "of.codes.validFrom", "of.codes.validTo"],
      row: changeCells,
    });
  }

  load(): void {
    if (this.entries.kind !== "told") this.entries = { kind: "working" };
    this.render();
    void this.latest.run(
      (signal) => getTables(this.at || null, signal),
      (answer) => this.tell({ kind: "told", answer }),
      (error) => this.tell({ kind: "failed", error }),
    );
    this.changes.again();
  }

  private tell(entries: CodeTable["entries"]): void {
    this.entries = entries;
    this.render();
  }

  render(): void {
    const { entries } = this;
    this.changes.render();
    document.documentElement.dataset["codes"] = entries.kind;
    if (entries.kind === "failed") return fillBox(this.element, failure(entries.error, { ...this.editing, retry: () => this.load() }));
    const add = this.editing.mayEdit() ? button(t("of.codes.add"), () => this.edit(null), { strong: true, id: "add-entry" }) : null;
    const body = entries.kind === "told" ? this.entryTable(entries.answer) : working(t("of.loading"));
    fillBox(this.element, section(t(`of.codes.${this.table}`), h("div", { class: "question" }, this.dayField(), add, this.kindButton()), body), this.changes.element);
  }

  /** Which of the kinds a grid is, for who may say so. */
  private kindButton(): HTMLElement | null {
    const { entries, editing } = this;
    if (this.table !== "exclusive_kind" || entries.kind !== "told" || !allowsSomewhere(editing.signedIn.session.get().grants, "exclusive_kind.set")) return null;
    return button(t("of.kind.set"), () => askGridKind(entriesIn(entries.answer, "exclusive_kind"), editing), { id: "set-grid-kind" });
  }

  private dayField(): HTMLElement {
    const box = h("input", { type: "date", id: "codes-at", min: "1990-01-01", max: "2199-12-31" });
    box.value = this.at || this.editing.today();
    box.addEventListener("change", () => {
      this.at = box.value;
      this.load();
    });
    return field(t("of.codes.asOf"), box);
  }

  private entryTable(told: CodeTables): HTMLElement {
    const entries = entriesIn(told, this.table);
    if (entries.length === 0) return h("p", { class: "muted" }, t("of.codes.none"));
    const isKind = this.table === "exclusive_kind";
    const heads = ["of.codes.name", "of.codes.code", ...(isKind ? (["of.codes.department", "of.codes.standard"] as const) : []), "of.codes.validFrom", "of.codes.validTo", "of.codes.setBy"] as const;
    const edits = this.editing.mayEdit() ? [h("th", { scope: "col" }, t("of.codes.acts"))] : [];
    const head = h("tr", {}, ...heads.map((key) => h("th", { scope: "col" }, t(key))), ...edits);
    const rows = entries.map((entry) => h("tr", { "data-code": entry.code }, ...this.cells(entry, isKind ? told.departments : null)));
    return scroll(t(`of.codes.${this.table}`), h("table", { class: "office-table", id: "entries" }, h("thead", {}, head), h("tbody", {}, ...rows)));
  }

  private cells(entry: Entry, departments: readonly Department[] | null): HTMLElement[] {
    const english = language.get() === "en" && entry.name_en !== "";
    const detail = departments ? [h("td", {}, departmentText(entry, departments)), h("td", { class: "long" }, name(entry.detail["standard"] ?? "–"))] : [];
    const edits = this.editing.mayEdit()
      ? [h("td", {}, h("div", { class: "row" }, button(t("of.codes.change"), () => this.edit(entry), { id: `edit-${entry.code}` }), button(t("of.codes.end"), () => this.end(entry), { id: `end-${entry.code}` })))]
      : [];
    return [
      h("th", { scope: "row" }, english ? entry.name_en : name(entry.name)),
      h("td", { class: "digits" }, entry.code),
      ...detail,
      ...dates(entry),
      h("td", {}, entry.default ? h("span", { class: "chip" }, t("of.codes.default")) : name(entry.set_by ?? t("wb.operator"))),
      ...edits,
    ];
  }

  private edit(entry: Entry | null): void {
    const departments = this.entries.kind === "told" ? this.entries.answer.departments : [];
    editEntry({ table: this.table, entry, departments }, this.editing, {
      send: (code, wish, csrf) => putEntry(this.table, code, wish, csrf),
      done: () => this.load(),
    });
  }

  private end(entry: Entry): void {
    const from = h("input", { type: "date", id: "end-from", min: this.editing.today(), required: true });
    from.value = this.editing.today();
    askAndSend(this.editing, {
      title: t("of.codes.endTitle", { name: entry.name }),
      body: [h("p", {}, t("of.codes.endText")), field(t("of.codes.from"), from)],
      yes: t("of.codes.end"),
      send: (csrf) => endEntry(this.table, entry.code, dayOrNow(from.value), csrf),
      done: () => this.load(),
    });
  }
}

/** Today is now: a day that has begun is the past. */
export function dayOrNow(text: string): string | null {
  return text === "" || text <= cityDay(Date.now()) ? null : text;
}

function departmentText({ detail }: Entry, departments: readonly Department[]): string {
  const found = departments.find(({ code }) => code === detail["department"]);
  return found ? named({ name_zh: found.name, name_en: found.name_en }) : (detail["department"] ?? "–");
}

function changeCells(one: Change): HTMLElement[] {
  const who = h("td", {}, name(one.set_by ?? t("wb.operator")));
  return [h("td", {}, instant(one.recorded_at)), who, h("td", {}, name(one.name)), h("td", { class: "digits" }, one.code), ...dates(one)];
}

function dates({ valid_from, valid_to }: Pick<Entry, "valid_from" | "valid_to">): HTMLElement[] {
  return [valid_from, valid_to].map((text) => h("td", { class: "digits" }, text === null ? "–" : day(text)));
}
