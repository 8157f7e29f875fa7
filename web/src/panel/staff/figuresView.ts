/** The tab of assessment figures: what the incidents say about each worker's service in a period, with the list behind each number. */
import { getFigures, listBehindFigure, MEASURES, type Figures, type Measure } from "../../api/gridWorkers";
import { day, integer, oneDigit } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { instants, isUsable, type DayRange } from "../../model/period";
import { h, name } from "../dom";
import { showList } from "../indicators/list";
import { field, fillBox } from "../workbench/parts";
import { DataTable, type Column } from "./table";
import { View, type Surroundings } from "./view";

interface Answer {
  readonly workers: readonly Figures[];
  readonly truncated: boolean;
}

export class FiguresView extends View<Answer> {
  private readonly table = new DataTable<Figures>("figures");

  constructor(
    around: Surroundings,
    private range: DayRange,
    private readonly chosen: (range: DayRange) => void,
  ) {
    super(around);
  }

  show(range: DayRange): void {
    this.range = range;
  }

  /** The days that are counted; where none are given, this month so far. */
  private days(): DayRange {
    const today = this.around.today();
    return { first: this.range.first ?? `${today.slice(0, 8)}01`, last: this.range.last ?? today };
  }

  protected ask(place: string, signal: AbortSignal): Promise<Answer> {
    return getFigures({ within: place, ...instants(this.days()) }, signal);
  }

  protected render({ workers, truncated }: Answer): void {
    const { first, last } = this.days();
    const count = h("p", { class: "muted", role: "status", id: "figures-count" }, t("st.figuresCount", { n: integer(workers.length), first: day(first!), last: day(last!) }));
    const wrong = h("p", { class: "field-error", role: "alert", id: "figures-error" });
    const dates = (["first", "last"] as const).map((side) => this.dateField(side, wrong));
    const tools = h("div", { class: "staff-tools" }, ...dates);
    const more = truncated && h("p", { class: "notice" }, t("st.truncated"));
    fillBox(this.element, h("div", { class: "staff-main" }, tools, wrong, count, h("p", { class: "muted" }, t("st.figuresText")), more, this.table.element));
    this.table.show(workers, { id: "figures", caption: t("st.tab.figures"), columns: this.columns(), key: ({ id }) => String(id), empty: t("st.noWorkers") });
  }

  private dateField(side: "first" | "last", wrong: HTMLElement): HTMLElement {
    const box = h("input", { type: "date", id: `figures-${side}`, max: this.around.today() });
    box.value = this.days()[side]!;
    box.addEventListener("change", () => {
      const range = { ...this.days(), [side]: box.value || null };
      if (!isUsable(range)) return void (wrong.textContent = t("in.badRange"));
      this.range = range;
      this.chosen(range);
      this.load();
    });
    return field(t(side === "first" ? "incidents.from" : "incidents.to"), box);
  }

  private columns(): Column<Figures>[] {
    const hours = (one: Figures): Node | string =>
      one.mean_handling_h === null ? "—" : this.listed(one, "finished", t("in.hoursValue", { n: oneDigit(one.mean_handling_h) }));
    return [
      { key: "name", title: t("st.name"), value: (one) => one.name, cell: (one) => h("span", {}, name(one.name), h("span", { class: "under" }, name(this.around.placeName(one.place)))) },
      ...MEASURES.map((measure): Column<Figures> => ({ key: measure, title: t(`st.measure.${measure}`), value: (one) => one[measure], cell: (one) => this.number(one, measure) })),
      { key: "hours", title: t("st.measure.finished"), value: (one) => one.mean_handling_h, cell: hours },
    ];
  }

  /** What is none has no list to open. */
  private number(one: Figures, measure: (typeof MEASURES)[number]): Node | string {
    const count = one[measure];
    return count === null ? "—" : count === 0 ? "0" : this.listed(one, measure, integer(count));
  }

  private listed(one: Figures, measure: Measure, text: string): HTMLElement {
    const label = `${t(`st.measure.${measure}`)}: ${text}`;
    return h("button", { type: "button", class: "link number", "aria-label": label, onclick: () => this.list(one, measure) }, text);
  }

  private list(one: Figures, measure: Measure): void {
    showList({
      title: t(`st.measure.${measure}`),
      about: name(one.name),
      meaning: t(`st.meaning.${measure}`),
      query: { measure, ...instants(this.days()) },
      ask: (query, signal) => listBehindFigure(one.id, query, signal),
    });
  }
}
