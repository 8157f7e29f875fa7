/** The year book: what each county filed in a year, what it moved, and every filing of it. */
import { bookAddress, getYearBook, type YearBook, type YearCounts } from "../../api/filings";
import { area, integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import type { Key } from "../../i18n/zh";
import type { Told } from "../../office/desk";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { field, fillBox, section, select, working } from "../workbench/parts";
import { reasonName } from "../workbench/reasonBox";
import type { CountyFilter } from "./counties";
import { failure, scroll, stateChip, type Ways } from "./words";

/** Filings began with the regulation. */
const FIRST_YEAR = 2024;
const STATES = ["filings", "recorded", "returned", "open", "withdrawn", "overdue", "late"] as const;
const CHANGES = ["created", "retired", "modified", "renamed", "converted"] as const;

export interface BookActs extends Ways {
  readonly year: () => string;
  readonly county: () => string;
  readonly toYear: (year: string) => void;
  readonly today: () => string;
}

export class YearBookPanel {
  readonly element = h("section", { class: "office-page" });
  private readonly question = h("div", { class: "question" });
  private readonly answer = h("div", {});
  private told: Told<YearBook> = { kind: "none" };
  private asked = "";
  private readonly latest = new Latest();

  constructor(
    private readonly counties: CountyFilter,
    private readonly acts: BookActs,
  ) {
    this.element.append(this.question, this.answer);
  }

  private year(): string {
    return this.acts.year() || this.acts.today().slice(0, 4);
  }

  load(): void {
    const [year, county] = [this.year(), this.acts.county()];
    if (this.asked === `${year}/${county}` && this.told.kind === "told") return this.render();
    this.asked = `${year}/${county}`;
    this.tell({ kind: "working" });
    void this.latest.run(
      (signal) => getYearBook(year, county, signal),
      (answer) => this.tell({ kind: "told", answer }),
      (error) => this.tell({ kind: "failed", error }),
    );
  }

  private tell(told: Told<YearBook>): void {
    this.told = told;
    this.render();
  }

  render(): void {
    const { told } = this;
    document.documentElement.dataset["book"] = told.kind;
    this.renderQuestion();
    if (told.kind === "failed") return fillBox(this.answer, failure(told.error, { ...this.acts, retry: () => this.load() }));
    if (told.kind !== "told") return fillBox(this.answer, told.kind === "working" ? working(t("of.loading")) : null);
    const { counties, totals, filings } = told.answer;
    fillBox(this.answer, section(t("of.book.totals", { year: told.answer.year }), totalsTable(counties, totals)), section(t("of.book.list", { n: filings.length }), filingsTable(told.answer)));
  }

  private renderQuestion(): void {
    const last = Number(this.acts.today().slice(0, 4));
    const years = Array.from({ length: last - FIRST_YEAR + 1 }, (_, i) => String(last - i));
    const known = years.includes(this.year()) ? years : [this.year(), ...years];
    const box = select("book-year", known.map((one) => [one, one] as const), this.year());
    box.addEventListener("change", () => this.acts.toYear(box.value));
    this.counties.render();
    const file = (kind: "pdf" | "xlsx", text: string): HTMLElement =>
      h("a", { class: "button small", id: `book-${kind}`, href: bookAddress(kind, this.year(), this.acts.county()), download: kind === "xlsx" ? "" : null, target: kind === "pdf" ? "_blank" : null, rel: "noopener" }, text);
    fillBox(this.question, field(t("of.book.year"), box), this.counties.element, h("div", { class: "row" }, file("pdf", t("of.book.pdf")), file("xlsx", t("of.book.xlsx"))));
  }
}

interface Column {
  readonly key: Key;
  readonly cell: (one: YearCounts) => string;
  /** Of what is rare: shown in years in which there was any. */
  readonly rare?: (one: YearCounts) => number;
}

const known = (value: number | null): string => (value === null ? "–" : integer(value));

function rare(key: Key, count: (one: YearCounts) => number): Column {
  return { key, cell: (one) => integer(count(one)), rare: count };
}

const COLUMNS: readonly Column[] = [
  ...STATES.map((state): Column => ({ key: `of.book.${state}`, cell: (one) => integer(one[state]) })),
  ...CHANGES.map((kind): Column => ({ key: `of.book.${kind}`, cell: (one) => integer(one.changes[kind] ?? 0) })),
  rare("of.book.recounted", (one) => one.changes["recounted"] ?? 0),
  ...[...CHANGES, "recounted" as const].map((kind) => rare(`of.book.micro.${kind}`, (one) => one.micro_changes[kind] ?? 0)),
  { key: "of.book.moved", cell: (one) => area(one.moved_m2) },
  { key: "of.book.households", cell: (one) => known(one.households_moved) },
  { key: "of.book.begin", cell: (one) => known(one.grids_begin) },
  { key: "of.book.end", cell: (one) => known(one.grids_end) },
];

export const columnsFor = (totals: YearCounts): Column[] => COLUMNS.filter(({ rare }) => rare === undefined || rare(totals) > 0);

function totalsTable(counties: YearBook["counties"], totals: YearCounts): HTMLElement {
  const columns = columnsFor(totals);
  const row = (head: Node | string, one: YearCounts, className: string | null): HTMLElement =>
    h("tr", { class: className }, h("th", { scope: "row" }, head), ...columns.map(({ cell }) => h("td", { class: "number" }, cell(one))));
  const head = h("tr", {}, h("th", { scope: "col" }, t("of.county")), ...columns.map(({ key }) => h("th", { scope: "col" }, t(key))));
  const body = [...counties.map((one) => row(name(one.name), one, null)), row(t("in.total"), totals, "total")];
  return scroll(t("of.book.table"), h("table", { class: "office-table is-wide", id: "book-totals" }, h("thead", {}, head), h("tbody", {}, ...body)));
}

function filingsTable({ filings }: YearBook): HTMLElement {
  if (filings.length === 0) return h("p", { class: "muted" }, t("of.book.none"));
  const keys = ["of.no", "of.title", "of.reason", "of.stateColumn", "of.decided", "of.effective", "of.recordedOn", "of.documentNo", "of.book.units"] as const;
  const rows = filings.map((one) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "digits" }, h("a", { href: `#filing=${one.no}` }, one.no)),
      h("td", {}, name(one.title)),
      h("td", {}, reasonName(one)),
      h("td", {}, stateChip(one.state)),
      ...[one.decided_on, one.effective_on, one.recorded_on ?? "–"].map((text) => h("td", { class: "digits" }, text)),
      h("td", {}, one.document_no ? name(one.document_no) : "–"),
      h("td", { class: "number" }, `${one.units_before} → ${one.units_after}`),
    ),
  );
  return scroll(t("of.book.filingsTable"), h("table", { class: "office-table", id: "book-filings" }, h("thead", {}, h("tr", {}, ...keys.map((key) => h("th", { scope: "col" }, t(key))))), h("tbody", {}, ...rows)));
}
