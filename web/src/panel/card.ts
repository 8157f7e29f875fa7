/** The card of the chosen place, unit or incident. */
import type { Located, Meta, Neighbour, Unit, UnitFeature, UnitProperties } from "../api/types";
import { integer, area, day, length } from "../i18n/format";
import { t, tOr } from "../i18n/i18n";
import type { Level } from "../model/codes";
import { formatPoint } from "../model/coordinates";
import { sizeState, type SizeRule } from "../model/size";
import { h, name } from "./dom";
import { incidentCard } from "./incidentCard";
import { problemBox } from "./problems";
import type { Selection } from "./state";

export interface CardActions {
  readonly choose: (code: string) => void;
  readonly reveal: (feature: UnitFeature) => void;
  readonly clear: () => void;
}

export function card(selection: Selection, meta: Meta, actions: CardActions): HTMLElement {
  switch (selection.kind) {
    case "none":
      return emptyCard(meta);
    case "loading":
      return h("p", { class: "working" }, t("card.loading"));
    case "failed":
      return problemBox(selection.error, selection.retry);
    case "outside":
      return outsideCard(selection.located, actions);
    case "incident":
      return incidentCard(selection.incident, meta, actions);
    case "unit":
      return unitCard(selection.feature, selection.located, actions);
  }
}

function emptyCard(meta: Meta): HTMLElement {
  const levels: readonly Level[] = ["county", "town", "village", "grid", "micro_grid"];
  const rows = levels.map((level) => fact(t(`level.${level}`), integer(meta.counts[level] ?? 0)));
  return h(
    "article",
    { class: "card" },
    h("h2", {}, t("card.emptyTitle")),
    h("p", {}, t("card.emptyText")),
    h("h3", {}, t("card.cityCounts")),
    h("dl", { class: "facts counts" }, ...rows),
  );
}

function outsideCard(located: Located, actions: CardActions): HTMLElement {
  const nearest = located.nearest;
  return h(
    "article",
    { class: "card", "data-outside": true },
    heading(t("card.outsideTitle"), false, actions),
    h("p", { class: "notice" }, t("card.outsideText", { distance: length(located.distance_m) })),
    h("dl", { class: "facts" }, fact(t("card.point"), formatPoint(located.lon, located.lat))),
    nearest && h("h3", {}, t("card.nearest")),
    nearest && unitButton(nearest, actions),
  );
}

function unitCard(feature: UnitFeature, located: Located | null, actions: CardActions): HTMLElement {
  const unit = feature.properties;
  return h(
    "article",
    { class: "card", "data-code": unit.code },
    h("p", { class: "eyebrow" }, t(`level.${unit.level}`)),
    heading(unit.name, true, actions),
    codeLine(unit.code),
    located && borderNotice(located, actions),
    h("dl", { class: "facts" }, ...facts(unit, located, actions)),
    h("button", { type: "button", class: "button", onclick: () => actions.reveal(feature) }, t("card.show")),
    unit.level === "grid" && h("a", { class: "button", id: "to-grid", href: `/grid.html#${unit.code}` }, t("gr.whoServes")),
    ...neighbours(unit, actions),
  );
}

function heading(text: string, isName: boolean, actions: CardActions): HTMLElement {
  const label = t("card.close");
  return h(
    "div",
    { class: "card-head" },
    h("h2", { tabindex: "-1", id: "card-title" }, isName ? name(text) : text),
    h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: actions.clear }, "×"),
  );
}

/** Spaces between the levels make seventeen digits readable; the copied text has none. */
function codeLine(code: string): HTMLElement {
  const cuts = [0, 6, 9, 12, 15, 17];
  const parts = cuts.slice(0, -1).map((from, i) => code.slice(from, cuts[i + 1])).filter((part) => part !== "");
  return h("p", { class: "code", "aria-label": `${t("card.code")} ${code}` }, ...parts.map((part) => h("span", {}, part)));
}

function borderNotice(located: Located, actions: CardActions): HTMLElement | null {
  if (!located.on_border) return null;
  return h(
    "div",
    { class: "notice", "data-on-border": true },
    h("p", {}, t("card.onBorder")),
    h("ul", { class: "plain" }, ...located.also.map((unit) => h("li", {}, unitButton(unit, actions)))),
  );
}

function facts(unit: UnitProperties, located: Located | null, actions: CardActions): HTMLElement[] {
  const rows = [fact(t("card.households"), households(unit)), fact(t("card.area"), area(unit.area_m2))];
  if (unit.kind) rows.unshift(fact(t("card.kind"), tOr(`kind.${unit.kind}`, unit.kind)));
  rows.push(fact(t("card.path"), path(unit.path, actions)));
  if (located?.micro_grid) rows.push(fact(t("card.micro"), unitButton(located.micro_grid, actions)));
  if (located) rows.push(fact(t("card.point"), formatPoint(located.lon, located.lat)));
  if (unit.children?.level) rows.push(fact(t("card.children"), children(unit.children.level, unit.children.count)));
  if (unit.incidents_30d !== null && unit.incidents_30d !== undefined) {
    rows.push(fact(t("card.incidents30"), t("card.incidentsCount", { n: integer(unit.incidents_30d) })));
  }
  if (unit.valid_from) rows.push(fact(t("card.validFrom"), day(unit.valid_from)));
  rows.push(fact(t("card.source"), tOr(`card.source.${unit.source}`, unit.source)));
  return rows;
}

function children(level: Level, count: number): string {
  return t("card.childrenCount", { level: t(`level.${level}`), n: integer(count) });
}

export function fact(label: string, value: string | Node): HTMLElement {
  return h("div", { class: "fact" }, h("dt", {}, label), h("dd", {}, value));
}

function households(unit: UnitProperties): Node {
  if (unit.households === null || unit.households === undefined) return h("span", {}, t("card.unknown"));
  const box = h("span", {}, h("strong", {}, t("card.householdsUnit", { n: integer(unit.households) })));
  if (unit.size_rule) box.append(sizeMark(unit.households, unit.size_rule));
  return box;
}

function sizeMark(count: number, rule: SizeRule): HTMLElement {
  const state = sizeState(count, rule);
  const key = { within: "card.sizeWithin", below: "card.sizeBelow", above: "card.sizeAbove" } as const;
  const sign = { within: "✓", below: "▽", above: "△" }[state];
  return h("span", { class: `size size-${state}` }, `${sign} ${t(key[state], { min: rule.min, max: rule.max })}`);
}

function path(units: readonly Unit[], actions: CardActions): Node {
  const steps = units.map((unit) =>
    unit.level === "city" ? h("li", {}, name(unit.name)) : h("li", {}, linkButton(unit, actions)),
  );
  return h("ol", { class: "path" }, ...steps);
}

function linkButton(unit: { code: string; name: string }, actions: CardActions): HTMLElement {
  return h("button", { type: "button", class: "link", onclick: () => actions.choose(unit.code) }, name(unit.name));
}

export function unitButton(unit: Unit, actions: CardActions): HTMLElement {
  return h(
    "button",
    { type: "button", class: "unit-button", onclick: () => actions.choose(unit.code) },
    name(unit.name),
    h("span", { class: "muted" }, unit.code),
  );
}

function neighbours(unit: UnitProperties, actions: CardActions): HTMLElement[] {
  const title = unit.level === "grid" ? t("card.neighbours") : t("card.neighboursUnits");
  const items = [...unit.neighbours].sort((a, b) => b.shared_border_m - a.shared_border_m).map((one) => neighbour(one, actions));
  const body = items.length === 0 ? h("p", { class: "muted" }, t("card.noNeighbours")) : h("ul", { class: "plain" }, ...items);
  return [h("h3", {}, `${title} (${items.length})`), body];
}

function neighbour(one: Neighbour, actions: CardActions): HTMLElement {
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "unit-button", onclick: () => actions.choose(one.code) },
      name(one.name),
      h("span", { class: "muted" }, `${one.code} · ${t("card.sharedBorder", { length: length(one.shared_border_m) })}`),
    ),
  );
}
