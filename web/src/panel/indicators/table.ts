/** The table of indicators: every number opens its list. It is one tab stop; the arrow keys go from number to number. */
import type { IndicatorRow, IndicatorTable, Meaning, Side } from "../../api/indicators";
import { ordered, type Order } from "../../indicators/order";
import type { Breakdown } from "../../indicators/question";
import { integer, oneDigit, rate } from "../../i18n/format";
import { language, named, t } from "../../i18n/i18n";
import { h, name } from "../dom";

export const MOST_ROWS = 200;

export interface TableActs {
  readonly list: (row: IndicatorRow, meaning: Meaning, side: Side) => void;
  readonly sort: (indicator: string) => void;
  readonly open: ((code: string) => void) | null;
  readonly more: () => void;
}

export interface Shown {
  readonly table: IndicatorTable;
  readonly order: Order;
  readonly most: number;
}

export function renderTable({ table, order, most }: Shown, acts: TableActs): HTMLElement[] {
  const rows = ordered(table.rows, order);
  const body = [table.total, ...rows.slice(0, most)].map((row) => tableRow(row, table, acts));
  const grid = h(
    "table",
    { class: "numbers" },
    h("caption", { class: "hidden-text" }, t("in.caption")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t(`in.by.${table.by as Breakdown}`)), ...table.indicators.map((one) => heading(one, order, acts)))),
    h("tbody", {}, ...body),
  );
  rove(grid);
  const left = rows.length - most;
  const more = left > 0 && h("p", {}, h("button", { type: "button", class: "button small", id: "more-rows", onclick: acts.more }, t("in.moreRows", { n: integer(left) })));
  return more ? [grid, more] : [grid];
}

function heading(meaning: Meaning, order: Order, acts: TableActs): HTMLElement {
  const isChosen = order.indicator === meaning.code;
  const sort = isChosen ? (order.falling ? "descending" : "ascending") : "none";
  const mark = isChosen ? (order.falling ? " ↓" : " ↑") : "";
  const attributes = { type: "button", class: "link", title: t("in.sort"), onclick: () => acts.sort(meaning.code), id: `sort-${meaning.code}` };
  return h("th", { scope: "col", "aria-sort": sort }, h("button", attributes, named(meaning) + mark));
}

function tableRow(row: IndicatorRow, table: IndicatorTable, acts: TableActs): HTMLElement {
  const isTotal = row === table.total;
  return h(
    "tr",
    { class: isTotal ? "total" : null },
    h("th", { scope: "row" }, isTotal ? t("in.total") : rowName(row, table.by, acts)),
    ...table.indicators.map((meaning) => cell(row, meaning, acts)),
  );
}

/** What a row is of, in the reader's language. */
export function rowText(row: IndicatorRow, by: string): string {
  if (row.code === null) return t(by === "department" ? "in.noDepartment" : "in.outside");
  return (language.get() === "en" ? row.name_en : row.name_zh) ?? row.code;
}

function rowName(row: IndicatorRow, by: string, acts: TableActs): Node | string {
  const said = rowText(row, by);
  if (row.code === null || row.name_zh === null) return said;
  const text = said === row.name_zh ? name(said) : h("span", {}, said);
  const code = /^\d{6,}$/.test(row.code) && h("span", { class: "code" }, row.code);
  if (!acts.open) return h("span", {}, text, code);
  const open = acts.open;
  return h("button", { type: "button", class: "link", title: t("in.open"), onclick: () => open(row.code!) }, text, code);
}

/** "93.8 %" over "15 / 16"; what is none has no list to open. */
function cell(row: IndicatorRow, meaning: Meaning, acts: TableActs): HTMLElement {
  const { value, numerator, denominator } = row.values[meaning.code]!;
  const isSum = meaning.unit === "hours";
  const told = value === null ? "—" : isSum ? t("in.hoursValue", { n: oneDigit(value) }) : rate(value);
  const number = (side: Side, count: number): Node | string => {
    if (count === 0) return "0";
    const label = `${named(meaning)}: ${t(side === "numerator" ? "in.numerator" : "in.denominator")} ${integer(count)}`;
    const attributes = { type: "button", class: "link number", "aria-label": label, onclick: () => acts.list(row, meaning, side) };
    return h("button", attributes, integer(count));
  };
  const counts = isSum ? [number("denominator", denominator)] : [number("numerator", numerator), " / ", number("denominator", denominator)];
  return h("td", {}, h("span", { class: "value" }, told), h("span", { class: "counts" }, ...counts));
}

/** One number at a time can be reached by Tab; the arrows move through rows and columns. */
function rove(table: HTMLTableElement): void {
  const lines = [...table.querySelectorAll("tbody tr")].map((line) => [...line.querySelectorAll<HTMLButtonElement>("button.number")]);
  const all = lines.flat();
  for (const [place, one] of all.entries()) one.tabIndex = place === 0 ? 0 : -1;
  const go = (to: HTMLButtonElement | undefined): void => {
    if (!to) return;
    for (const one of all) one.tabIndex = one === to ? 0 : -1;
    to.focus();
  };
  table.addEventListener("keydown", (event) => {
    const line = lines.findIndex((each) => each.includes(event.target as HTMLButtonElement));
    if (line === -1) return;
    const place = lines[line]!.indexOf(event.target as HTMLButtonElement);
    const near = (step: number): HTMLButtonElement | undefined => {
      const other = lines.slice(...(step > 0 ? [line + 1] : [0, line]));
      const next = (step > 0 ? other : other.reverse()).find((each) => each.length > 0);
      return next?.[Math.min(place, next.length - 1)];
    };
    const moves: Record<string, () => HTMLButtonElement | undefined> = {
      ArrowRight: () => lines[line]![place + 1],
      ArrowLeft: () => lines[line]![place - 1],
      ArrowDown: () => near(1),
      ArrowUp: () => near(-1),
      Home: () => lines[line]![0],
      End: () => lines[line]!.at(-1),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    go(move());
  });
}
