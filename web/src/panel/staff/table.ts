/** A table with a row for each thing: its headings sort, its head stays in sight, its rows come in pages. */
import { integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { nextSorting, sorted, type Sorting, type Value } from "../../staff/order";
import { h } from "../dom";
import { fillBox } from "../workbench/parts";

const PAGE = 200;

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => Node | string;
  /** Left out where there is no order. */
  readonly value?: (row: Row) => Value;
  /** A hidden title, for columns of buttons. */
  readonly isActs?: boolean;
}

export interface TableLook<Row> {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly key: (row: Row) => string;
  /** What stands in place of the rows where there are none. */
  readonly empty: string;
}

/** The first column is what a row is of. */
export class DataTable<Row> {
  readonly element: HTMLElement;
  private sorting: Sorting | null = null;
  private most = PAGE;
  private rows: readonly Row[] = [];
  private look: TableLook<Row> | null = null;

  constructor(id: string) {
    this.element = h("div", { class: "staff-table", id, tabindex: "0", role: "region" });
  }

  show(rows: readonly Row[], look: TableLook<Row>): void {
    this.rows = rows;
    this.look = look;
    this.element.setAttribute("aria-label", look.caption);
    this.render();
  }

  private render(): void {
    const { look } = this;
    if (!look) return;
    const rows = this.ordered(look).slice(0, this.most);
    const left = this.rows.length - rows.length;
    if (rows.length === 0) return fillBox(this.element, h("p", { class: "empty-note" }, look.empty));
    const head = h("thead", {}, h("tr", {}, ...look.columns.map((column) => this.heading(column))));
    const body = h("tbody", {}, ...rows.map((row) => this.line(row, look)));
    const more = left > 0 && h("button", { type: "button", class: "button small", id: `${look.id}-more`, onclick: () => this.more() }, t("st.moreRows", { n: integer(left) }));
    fillBox(this.element, h("table", {}, h("caption", { class: "hidden-text" }, look.caption), head, body), more);
  }

  private ordered(look: TableLook<Row>): readonly Row[] {
    const column = look.columns.find(({ key }) => key === this.sorting?.column);
    return column?.value ? sorted(this.rows, column.value, this.sorting!.falling) : this.rows;
  }

  private more(): void {
    this.most += PAGE;
    this.render();
  }

  private heading(column: Column<Row>): HTMLElement {
    if (column.isActs) return h("th", { scope: "col" }, h("span", { class: "hidden-text" }, column.title));
    if (!column.value) return h("th", { scope: "col" }, column.title);
    const chosen = this.sorting?.column === column.key ? this.sorting : null;
    const sort = chosen === null ? "none" : chosen.falling ? "descending" : "ascending";
    const mark = chosen === null ? "" : chosen.falling ? " ↓" : " ↑";
    const turn = (): void => {
      this.sorting = nextSorting(this.sorting, column.key);
      this.render();
    };
    return h("th", { scope: "col", "aria-sort": sort }, h("button", { type: "button", class: "link", id: `${this.look!.id}-sort-${column.key}`, onclick: turn }, column.title + mark));
  }

  private line(row: Row, look: TableLook<Row>): HTMLElement {
    const [first, ...others] = look.columns;
    const cells = others.map((column) => h("td", { "data-label": column.isActs ? null : column.title, class: column.isActs ? "acts" : null }, column.cell(row)));
    return h("tr", { "data-key": look.key(row) }, h("th", { scope: "row" }, first!.cell(row)), ...cells);
  }
}
