/** The card of a grid: who serves it, and what is open there. */
import type { DeskRow, Worker } from "../../api/desk";
import type { Meta, UnitFeature } from "../../api/types";
import { integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { fact } from "../card";
import { h, name } from "../dom";
import { workers } from "./card";
import { matterText, stateText } from "./words";

export interface GridActs {
  readonly open: (no: string) => void;
  readonly close: () => void;
}

const MOST_ROWS = 20;

export function gridCard(feature: UnitFeature, serving: readonly Worker[], rows: readonly DeskRow[], meta: Meta, acts: GridActs): HTMLElement {
  const unit = feature.properties;
  const label = t("dk.close");
  const row = (one: DeskRow): HTMLElement =>
    h("li", {}, h("button", { type: "button", class: "unit-button", onclick: () => acts.open(one.no) }, matterText(one.matter, meta), h("span", { class: "muted" }, `${one.no} · ${stateText(one.state)}`)));
  return h(
    "article",
    { class: "card desk-card", "data-code": unit.code },
    h("p", { class: "eyebrow" }, t(`level.${unit.level}`)),
    h(
      "div",
      { class: "card-head" },
      h("h2", { tabindex: "-1", id: "card-title" }, name(unit.name)),
      h("button", { type: "button", class: "icon-button", id: "card-close", "aria-label": label, title: label, onclick: acts.close }, "×"),
    ),
    ...workers(serving),
    h(
      "dl",
      { class: "facts" },
      fact(t("card.code"), unit.code),
      fact(t("card.households"), unit.households === null || unit.households === undefined ? t("card.unknown") : t("card.householdsUnit", { n: integer(unit.households) })),
      fact(t("card.path"), h("span", {}, name(unit.path.map((one) => one.name).join(" › ")))),
    ),
    h("h3", {}, `${t("dk.openHere")} (${t("dk.openCount", { n: integer(rows.length) })})`),
    h("ul", { class: "plain" }, ...rows.slice(0, MOST_ROWS).map(row)),
  );
}
