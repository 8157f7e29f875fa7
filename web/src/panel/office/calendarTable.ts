/** The calendar by which terms run: days that are not as the days of their week, and what the city says of a day. */
import { getCalendar, getDayChanges, putDay, type CalendarDay, type DayChange } from "../../api/codeTables";
import { day, instant } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { isUnusual } from "../../office/calendar";
import type { Told } from "../../office/desk";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { button, field, fillBox, section, select, working } from "../workbench/parts";
import { ChangesBox } from "./changesBox";
import type { Editing } from "./codes";
import { askAndSend } from "./sending";
import { failure, scroll } from "./words";

export class CalendarTable {
  readonly element = h("div", {});
  private told: Told<readonly CalendarDay[]> = { kind: "none" };
  private year = "";
  private readonly latest = new Latest();

  private readonly changes: ChangesBox<DayChange>;

  constructor(private readonly editing: Editing) {
    this.changes = new ChangesBox(editing, {
      ask: (signal) => getDayChanges(...this.span(), signal),
      heads: ["of.codes.recordedAt", "of.codes.setBy", "of.calendar.day", "of.calendar.worked", "of.calendar.name", "of.codes.validFrom", "of.codes.validTo"],
      row: changeCells,
    });
  }

  private span(): [from: string, to: string] {
    return [`${this.shown()}-01-01`, `${this.shown()}-12-31`];
  }

  private shown(): string {
    return this.year || this.editing.today().slice(0, 4);
  }

  load(): void {
    if (this.told.kind !== "told") this.told = { kind: "working" };
    this.render();
    void this.latest.run(
      (signal) => getCalendar(...this.span(), signal),
      (answer) => this.tell({ kind: "told", answer }),
      (error) => this.tell({ kind: "failed", error }),
    );
    this.changes.again();
  }

  private tell(told: CalendarTable["told"]): void {
    this.told = told;
    this.render();
  }

  render(): void {
    const { told } = this;
    this.changes.render();
    document.documentElement.dataset["codes"] = told.kind;
    if (told.kind === "failed") return fillBox(this.element, failure(told.error, { ...this.editing, retry: () => this.load() }));
    if (told.kind !== "told") return fillBox(this.element, working(t("of.loading")));
    const add = this.editing.mayEdit() ? button(t("of.calendar.set"), () => this.edit(null), { strong: true, id: "set-day" }) : null;
    const supposed = told.answer.some((one) => one.supposed) ? h("p", { class: "notice" }, t("of.calendar.supposed", { year: this.shown() })) : null;
    fillBox(this.element, section(t("of.codes.calendar"), h("div", { class: "question" }, this.yearField(), add), supposed, this.table(told.answer.filter(isUnusual))), this.changes.element);
  }

  private yearField(): HTMLElement {
    const now = Number(this.editing.today().slice(0, 4));
    const years = [now - 1, now, now + 1, now + 2].map((one) => [String(one), String(one)] as const);
    const box = select("calendar-year", years, this.shown());
    box.addEventListener("change", () => {
      this.year = box.value;
      this.load();
    });
    return field(t("of.book.year"), box);
  }

  private table(days: readonly CalendarDay[]): HTMLElement {
    if (days.length === 0) return h("p", { class: "muted" }, t("of.calendar.none"));
    const heads = ["of.calendar.day", "of.calendar.worked", "of.calendar.name", "of.codes.setBy", ...(this.editing.mayEdit() ? (["of.codes.acts"] as const) : [])] as const;
    const rows = days.map((one) =>
      h(
        "tr",
        { "data-day": one.day },
        h("th", { scope: "row", class: "digits" }, one.day),
        h("td", {}, t(one.is_workday ? "of.calendar.workday" : "of.calendar.dayOff")),
        h("td", {}, one.set_by_city === null ? t("of.calendar.decreed") : name(one.set_by_city || t("of.calendar.byCity"))),
        h("td", {}, one.set_from === null ? "–" : h("span", {}, name(one.set_by ?? t("wb.operator")), ` · ${day(one.set_from)}`)),
        ...(this.editing.mayEdit() ? [h("td", {}, button(t("of.codes.change"), () => this.edit(one), { id: `day-${one.day}` }))] : []),
      ),
    );
    return scroll(t("of.codes.calendar"), h("table", { class: "office-table", id: "calendar" }, h("thead", {}, h("tr", {}, ...heads.map((key) => h("th", { scope: "col" }, t(key))))), h("tbody", {}, ...rows)));
  }

  private edit(one: CalendarDay | null): void {
    const date = h("input", { type: "date", id: "calendar-day", required: true });
    date.value = one?.day ?? this.editing.today();
    const worked = select("calendar-worked", [["no", t("of.calendar.dayOff")], ["yes", t("of.calendar.workday")], ["back", t("of.calendar.back")]], one?.is_workday ? "yes" : "no");
    const label = h("input", { type: "text", id: "calendar-name", maxlength: "60", lang: "zh-CN" });
    label.value = one?.set_by_city ?? "";
    askAndSend(this.editing, {
      title: t("of.calendar.set"),
      body: [field(t("of.calendar.day"), date), field(t("of.calendar.worked"), worked), field(t("of.calendar.name"), label)],
      yes: t("of.codes.save"),
      send: (csrf) => putDay(date.value, worked.value === "back" ? null : worked.value === "yes", label.value.trim(), csrf),
      done: () => this.load(),
    });
  }
}

function changeCells(one: DayChange): HTMLElement[] {
  return [
    h("td", {}, instant(one.recorded_at)),
    h("td", {}, name(one.set_by ?? t("wb.operator"))),
    h("th", { scope: "row", class: "digits" }, one.day),
    h("td", {}, t(one.is_workday ? "of.calendar.workday" : "of.calendar.dayOff")),
    h("td", {}, name(one.name || "–")),
    ...[one.valid_from, one.valid_to].map((text) => h("td", { class: "digits" }, text === null ? "–" : day(text))),
  ];
}
