/** The legend: what lines and marks mean, and the real counts behind the heat map's colours. */
import type { Heat, IncidentFeature, Meta } from "../api/types";
import { integer, length } from "../i18n/format";
import { t } from "../i18n/i18n";
import { HATCH_COLOUR, SELECTED_LINE, lineOf } from "../map/style";
import { MICRO_GRIDS_FROM_ZOOM, bandAt, type TileLayerName } from "../model/bands";
import { countClasses, type CountClass } from "../model/breaks";
import { cividis } from "../model/colours";
import { metresPerPixel } from "../model/mercator";
import { byId, h } from "./dom";
import { comparedCells, rangeText, unitsLegend } from "./heat/legend";
import { familyName } from "./incidentCard";
import { hatchSample, lineSample, markPicture, swatch } from "./marks";
import { problemBox } from "./problems";
import type { Filters, IncidentView } from "./state";

const LEVELS = { counties: "county", towns: "town", villages: "village", grids: "grid", "micro-grids": "micro_grid" } as const;

export interface LegendPlace {
  readonly zoom: number;
  readonly lat: number;
}

/** What the incidents' part says; it stands in the incidents tab. */
export function renderIncidentLegend(view: IncidentView, chosen: Filters, place: LegendPlace, meta: Meta, retry: () => void): void {
  const box = byId("incident-legend");
  box.replaceChildren(...incidentLegend(view, chosen, place, meta, retry));
  box.dataset["kind"] = view.kind;
  if (view.kind === "heat") box.dataset["total"] = String(view.heat.total);
  else if (view.kind === "points") box.dataset["total"] = String(view.total);
  else if (view.kind === "units") box.dataset["total"] = String(view.units.total);
  else delete box.dataset["total"];
}

function incidentLegend(view: IncidentView, chosen: Filters, place: LegendPlace, meta: Meta, retry: () => void): Node[] {
  switch (view.kind) {
    case "off":
      return [];
    case "bad_range":
      return [h("p", { class: "notice" }, t("incidents.badRange"))];
    case "loading":
      return [h("p", { class: "working" }, t("legend.loading"))];
    case "failed":
      return [h("p", {}, t("legend.failed")), problemBox(view.error, retry)];
    case "heat":
      return heatLegend(view.heat, view.limits, chosen, place);
    case "units":
      return unitsLegend(view);
    case "points":
      return pointLegend(view.incidents, view.total, view.truncated, meta);
  }
}

function heatLegend(heat: Heat, limits: readonly number[], chosen: Filters, place: LegendPlace): Node[] {
  const hint = h("p", { class: "muted" }, t("incidents.heatHint", { zoom: MICRO_GRIDS_FROM_ZOOM }));
  if (heat.compared) return comparedCells(heat);
  const notes = heat.months ? [h("p", { class: "muted", id: "public-months" }, publicText(heat))] : [hint];
  if (heat.total === 0) return [h("p", { class: "notice" }, t("legend.none")), ...notes];
  const colours = cividis(limits.length);
  const classes = countClasses(heat.bins.map(([, , count]) => count), limits);
  const cell = length(heat.cell_px * metresPerPixel(heat.zoom, place.lat));
  return [
    h("p", { class: "total" }, t("legend.total", { n: integer(heat.total) })),
    h("h2", {}, t("legend.heat")),
    h("ul", { class: "legend-list" }, ...classes.map((one, i) => classRow(one, colours[i]!))),
    h("p", { class: "muted" }, t("legend.cell", { length: cell })),
    ...(chosen.look === "smooth" ? [h("p", { class: "muted" }, t("legend.smoothNote"))] : []),
    ...notes,
  ];
}

function publicText({ months, coarser }: Heat): string {
  const [first, last] = (months ?? ["", ""]).map((at) => at.slice(0, 10));
  return t("heat.publicMonths", { first: first!, last: last!, n: integer(coarser ?? 0) });
}

function classRow(one: CountClass, colour: string): HTMLElement {
  return h(
    "li",
    {},
    swatch(colour),
    h("span", { class: "range" }, rangeText(one)),
    h("span", { class: "muted" }, t("legend.bins", { n: integer(one.bins) })),
  );
}

function pointLegend(incidents: readonly IncidentFeature[], total: number, truncated: boolean, meta: Meta): Node[] {
  if (total === 0) return [h("p", { class: "notice" }, t("legend.none"))];
  const counts = new Map<string, number>();
  for (const { properties } of incidents) counts.set(properties.family, (counts.get(properties.family) ?? 0) + 1);
  const rows = meta.families.map(({ code }) =>
    h("li", {}, markPicture(code), h("span", {}, familyName(code, meta)), h("span", { class: "muted" }, integer(counts.get(code) ?? 0))),
  );
  const shown = { n: integer(total), shown: integer(incidents.length) };
  return [
    h("p", { class: truncated ? "notice" : "total" }, t(truncated ? "legend.truncated" : "legend.pointsShown", shown)),
    h("h2", {}, t("legend.points")),
    h("ul", { class: "legend-list" }, ...rows),
  ];
}

/** The small key that lies on the map itself: lines, and what the incidents' colours and shapes say. */
export function renderMapKey(zoom: number, view: IncidentView, meta: Meta): void {
  byId("map-key").replaceChildren(h("ul", { class: "legend-list" }, ...lineRows(zoom)), ...incidentKey(view, meta));
}

/** A map that does not show everything says so on the map itself, whichever tab is open. */
export function renderMapNote(view: IncidentView): void {
  const note = byId("map-note");
  const partial = view.kind === "points" && view.truncated;
  note.hidden = !partial;
  note.textContent = partial ? t("legend.truncated", { n: integer(view.total), shown: integer(view.incidents.length) }) : "";
}

function incidentKey(view: IncidentView, meta: Meta): Node[] {
  if (view.kind === "heat" && view.heat.total > 0 && !view.heat.compared) {
    const colours = cividis(view.limits.length);
    const rows = countClasses([], view.limits).map((one, i) => keyRow(swatch(colours[i]!), rangeText(one)));
    return [h("h2", {}, t("legend.heat")), h("ul", { class: "legend-list" }, ...rows)];
  }
  if (view.kind !== "points" || view.total === 0) return [];
  const rows = meta.families.map(({ code }) => keyRow(markPicture(code), familyName(code, meta)));
  return [h("h2", {}, t("legend.points")), h("ul", { class: "legend-list" }, ...rows)];
}

function lineRows(zoom: number): HTMLElement[] {
  const rows = [...bandAt(zoom).borders].reverse().map((layer) => keyRow(lineKey(layer, zoom), t(`level.${LEVELS[layer]}`)));
  if (bandAt(zoom).borders.includes("grids")) rows.push(keyRow(hatchSample(HATCH_COLOUR), t("legend.exclusive")));
  rows.push(keyRow(lineSample(SELECTED_LINE, 3), t("legend.selected")));
  return rows;
}

function lineKey(layer: TileLayerName, zoom: number): SVGElement {
  const { colour, width } = lineOf(layer, zoom);
  return lineSample(colour, width);
}

function keyRow(picture: SVGElement, text: string): HTMLElement {
  return h("li", {}, picture, h("span", {}, text));
}
