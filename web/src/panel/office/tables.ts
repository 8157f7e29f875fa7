/** What a filing changes, unit by unit, and who gave what to whom. */
import type { FiledUnit, FiledVersion, Filing } from "../../api/filings";
import { area, integer } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import type { Key } from "../../i18n/zh";
import { h, name } from "../dom";
import { scroll } from "./words";

/** `marked` are the codes of what is to correct, in the order of their numbers on the map. */
export function unitsTable(filing: Filing, marked: readonly string[], chosen: string | null, choose: (code: string) => void): HTMLElement {
  const head = (["of.unit", "of.what", "card.households", "card.area"] as const).map((key) => h("th", { scope: "col" }, t(key)));
  const rows = filing.units.map((unit) => unitRow(unit, marked.indexOf(unit.code), unit.code === chosen, choose));
  return scroll(t("of.unitsTable"), h("table", { class: "office-table", id: "units" }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)));
}

function unitRow(unit: FiledUnit, mark: number, isChosen: boolean, choose: (code: string) => void): HTMLElement {
  const pick = h(
    "button",
    { type: "button", class: "link", id: `unit-${unit.code}`, "aria-pressed": String(isChosen), onclick: () => choose(unit.code) },
    name(unit.name),
  );
  const number = mark < 0 ? null : h("span", { class: "correction-mark" }, h("span", { class: "hidden-text" }, t("of.correctionNo")), String(mark + 1));
  return h(
    "tr",
    { class: isChosen ? "is-chosen" : null, "data-code": unit.code },
    h("th", { scope: "row" }, number, pick, h("span", { class: "digits muted code" }, unit.code)),
    h("td", {}, ...unit.what.map((one) => h("span", { class: `what is-${one}` }, tOr(`of.what.${one}`, one)))),
    changed(unit, (one) => (one.households === null ? "–" : integer(one.households))),
    changed(unit, (one) => area(Number(one.area_m2))),
  );
}

function changed({ before, after }: FiledUnit, text: (one: FiledVersion) => string): HTMLElement {
  const [was, is] = [before && text(before), after && text(after)];
  if (was === is) return h("td", { class: "number" }, is);
  const becomes = h("span", { class: "hidden-text" }, t("wb.becomes"));
  return h("td", { class: "number" }, was === null ? null : h("del", {}, was), was !== null && is !== null ? " " : null, becomes, is === null ? null : h("strong", {}, is));
}

/** Micro-grids below grids; what a unit kept is no gift. */
export function movesTable(filing: Filing): HTMLElement {
  const moved = filing.lineage.filter(({ from, to }) => from !== to).sort((a, b) => a.to.length - b.to.length);
  if (moved.length === 0) return h("p", { class: "muted" }, t("of.noMoves"));
  const names = new Map(filing.units.map((unit) => [unit.code, unit.name]));
  const label = (code: string): HTMLElement => h("td", {}, name(names.get(code) ?? code), h("span", { class: "digits muted code" }, code));
  const head = (["wb.from", "wb.to", "card.area", "card.households"] as const satisfies readonly Key[]).map((key) => h("th", { scope: "col" }, t(key)));
  const rows = moved.map((one) =>
    h(
      "tr",
      {},
      label(one.from),
      label(one.to),
      h("td", { class: "number" }, area(Number(one.area_m2))),
      h("td", { class: "number" }, one.households === null ? "–" : integer(one.households)),
    ),
  );
  return scroll(t("of.moves"), h("table", { class: "office-table", id: "moves" }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)));
}
