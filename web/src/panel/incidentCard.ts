/** The card of one incident. */
import type { IncidentFeature, Meta } from "../api/types";
import { instant, length } from "../i18n/format";
import { named, t, tOr } from "../i18n/i18n";
import { fact, type CardActions } from "./card";
import { h } from "./dom";
import { markPicture } from "./marks";

export function incidentCard(incident: IncidentFeature, meta: Meta, actions: CardActions): HTMLElement {
  const { no, matter, family, state, reported_at } = incident.properties;
  const label = t("card.close");
  return h(
    "article",
    { class: "card", "data-incident": no },
    h("p", { class: "eyebrow" }, t("incidents.card")),
    h(
      "div",
      { class: "card-head" },
      h("h2", { tabindex: "-1", id: "card-title" }, matterName(matter, meta)),
      h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: actions.clear }, "×"),
    ),
    h(
      "dl",
      { class: "facts" },
      fact(t("incidents.no"), no),
      fact(t("incidents.family"), h("span", { class: "with-mark" }, markPicture(family), familyName(family, meta))),
      fact(t("incidents.state"), tOr(`state.${state}`, state)),
      fact(t("incidents.reportedAt"), instant(reported_at)),
      fact(t("incidents.grid"), gridOf(incident, actions)),
    ),
  );
}

function gridOf(incident: IncidentFeature, actions: CardActions): Node {
  const { grid_code, distance_m } = incident.properties;
  if (!grid_code) return h("span", {}, t("incidents.noGrid", { distance: length(distance_m ?? 0) }));
  return h("button", { type: "button", class: "link", onclick: () => actions.choose(grid_code) }, grid_code);
}

export function matterName(code: string, meta: Meta): string {
  const matter = meta.matters.find((one) => one.code === code);
  if (!matter) return code;
  return matter.urgent ? `${named(matter)} · ${t("incidents.urgent")}` : named(matter);
}

export function familyName(code: string, meta: Meta): string {
  const family = meta.families.find((one) => one.code === code);
  return family ? named(family) : code;
}
