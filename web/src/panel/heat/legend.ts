/** Legends of the choropleth and of a comparison, with real counts. */
import type { Heat, HeatUnits } from "../../api/types";
import { integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { changeColour, changeLimits, SAME_COLOUR } from "../../model/change";
import { cividis } from "../../model/colours";
import { countClasses, type CountClass } from "../../model/breaks";
import { h } from "../dom";
import { swatch } from "../marks";
import { filters, type IncidentView } from "../state";

export const UNKNOWN_COLOUR = "#b9b4aa";
export const NONE_COLOUR = "#ffffff";

export function rangeText({ from, to }: CountClass): string {
  if (to === null) return `≥ ${integer(from)}`;
  return to === from ? integer(from) : `${integer(from)}–${integer(to)}`;
}

function row(colour: string, text: string, held: string): HTMLElement {
  return h("li", {}, swatch(colour), h("span", { class: "range" }, text), h("span", { class: "muted" }, held));
}

export function changeLegend(differences: readonly number[], now: number, before: number): Node[] {
  const limits = changeLimits(differences);
  const classes = countClasses(differences.map(Math.abs), limits);
  const count = (sign: number, at: number): number =>
    differences.filter((value) => Math.sign(value) === sign && Math.abs(value) >= limits[at]! && Math.abs(value) < (limits[at + 1] ?? Infinity)).length;
  const rows = (sign: number): HTMLElement[] =>
    classes.map((one, i) => row(changeColour(limits, sign * one.from), `${sign > 0 ? "+" : "−"} ${rangeText(one)}`, integer(count(sign, i))));
  const same = row(SAME_COLOUR, t("heat.same"), integer(differences.filter((value) => value === 0).length));
  return [
    h("p", { class: "total" }, t("heat.comparedTotal", { n: integer(now), before: integer(before) })),
    h("p", { class: "muted" }, before === 0 ? t("heat.noRatio") : t("heat.ratio", { ratio: (now / before).toFixed(2), difference: signed(now - before) })),
    h("h2", {}, t("heat.change")),
    h("ul", { class: "legend-list" }, ...rows(1).reverse(), same, ...rows(-1)),
  ];
}

function signed(value: number): string {
  return value > 0 ? `+${integer(value)}` : value < 0 ? `−${integer(-value)}` : "0";
}

export function comparedCells(heat: Heat): Node[] {
  return changeLegend((heat.compared ?? []).map((one) => one[4]), heat.total, heat.before ?? 0);
}

export function unitsLegend({ units, values, limits, drawn }: Extract<IncidentView, { kind: "units" }>): Node[] {
  const head = drawn ? [] : [h("p", { class: "notice" }, t("heat.notAtThisZoom"))];
  const rest = units.elsewhere > 0 ? [h("p", { class: "muted" }, t("heat.elsewhere", { n: integer(units.elsewhere) }))] : [];
  if (units.before !== null) return [...head, ...changeLegend(units.units.map((one) => one.difference ?? 0), units.total, units.before), ...rest];
  return [...head, h("p", { class: "total" }, t("heat.unitsTotal", { n: integer(units.total), units: integer(units.units.length) })), ...classRows(units, values, limits), ...rest];
}

function classRows(units: HeatUnits, values: ReadonlyMap<string, number | null>, limits: readonly number[]): Node[] {
  const byRate = filters.get().measure === "rate";
  const known = [...values.values()].filter((value): value is number => value !== null);
  const colours = cividis(limits.length);
  const classes = countClasses(known.filter((value) => value > 0), limits);
  const text = (one: CountClass, i: number): string => (byRate ? rateText(limits, i) : rangeText(one));
  const unknown = units.units.length - known.length;
  return [
    h("h2", {}, t(byRate ? "heat.perHouseholds" : "heat.perUnit")),
    h(
      "ul",
      { class: "legend-list" },
      ...classes.map((one, i) => row(colours[i]!, text(one, i), integer(one.bins))),
      row(NONE_COLOUR, t("heat.none"), integer(known.filter((value) => value === 0).length)),
      ...(unknown > 0 ? [row(UNKNOWN_COLOUR, t("heat.unknown"), integer(unknown))] : []),
    ),
  ];
}

function rateText(limits: readonly number[], i: number): string {
  const next = limits[i + 1];
  return next === undefined ? `≥ ${limits[i]}` : `${limits[i]} – < ${next}`;
}
