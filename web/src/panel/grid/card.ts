/** What is published of a grid: name, place, who serves it with their work phones, the supervision phone, how to report. */
import { DIRECTIONS, type PublicGrid, type PublicWorker } from "../../api/publicGrid";
import { dialled } from "../../grid/address";
import type { Finding, Nearest, Spot } from "../../grid/finder";
import { area, instant, integer, length } from "../../i18n/format";
import { language, named, t, tOr } from "../../i18n/i18n";
import { handingOn } from "../../report/handed";
import { fact } from "../card";
import { problemBox } from "../problems";
import { h, name } from "../dom";
import { spoken } from "../status";
import { words, working } from "../workbench/parts";

/** Beyond it a person should look at the map. */
const ROUGH_M = 50;

export interface CardActs {
  readonly show: (code: string) => void;
  readonly again: () => void;
}

export function findingCard(finding: Finding, acts: CardActs): HTMLElement {
  switch (finding.kind) {
    case "none":
      return said(t("gr.card"), t("gr.cardNone"));
    case "working":
      return h("article", {}, title(t("gr.card")), working(t("gr.working")));
    case "grid":
      return gridCard(finding.card, finding.spot);
    case "outside":
      return outsideCard(finding.nearest, acts);
    case "retired":
      return retiredCard(finding.code, finding.successors, acts);
    case "unknown":
      return said(t("gr.unknown"), t("gr.unknownText", { code: finding.code }));
    case "failed":
      return h("article", {}, title(t("gr.failed")), problemBox(finding.error, acts.again));
  }
}

const title = (text: string | Node): HTMLElement => h("h2", { id: "card-title", tabindex: "-1" }, text);

const said = (head: string, text: string): HTMLElement => h("article", {}, title(head), h("p", { class: "told" }, text));

function gridCard(card: PublicGrid, spot: Spot | null): HTMLElement {
  const { grid, on_border, synthetic } = card;
  const rough = spot?.accuracyM != null && spot.accuracyM > ROUGH_M && h("p", { class: "notice", id: "rough" }, t("gr.rough", { accuracy: length(spot.accuracyM) }));
  return h(
    "article",
    { "data-grid": grid.code },
    title(name(grid.name)),
    synthetic && h("p", { class: "notice" }, t("gr.synthetic")),
    rough,
    on_border && h("p", { class: "notice", id: "on-border" }, t("gr.onBorder")),
    workersPart(card),
    supervisionPart(card.supervision_phone),
    reportPart(card, spot),
    factsPart(card),
    h("p", { class: "muted" }, t("gr.asOf", { at: instant(card.as_of) }), card.review_number && ` · ${t("gr.review", { no: card.review_number })}`),
  );
}

function workersPart({ workers, supervision_phone }: PublicGrid): HTMLElement {
  const nobody = h("p", { class: "notice", id: "nobody" }, t(supervision_phone ? "gr.nobody" : "gr.nobodyNoPhone"));
  return h("section", {}, h("h3", {}, t("gr.workers")), workers.length === 0 ? nobody : h("ul", { id: "workers" }, ...workers.map(workerRow)));
}

function workerRow(worker: PublicWorker): HTMLElement {
  const roles = [t(`gr.worker.${worker.kind}`), tOr(`dk.role.${worker.role}`, worker.role)].join(" · ");
  const instead = worker.substitutes_for && words(t("gr.substitutes", { name: worker.substitutes_for }), "span", "muted");
  const who = h("div", { class: "who-serves" }, h("strong", {}, name(worker.name)), h("span", { class: "muted" }, roles), instead);
  return h("li", { class: "worker" }, who, call(worker.work_phone, t("gr.callWorker", { name: worker.name }), "strong"));
}

/** Whose phone it is stands beside it, and is said with it. What cannot be dialled is shown as it is. */
function call(phone: string, whose: string, weight = ""): HTMLElement {
  const href = dialled(phone);
  if (href === null) return h("span", { class: "phone" }, phone);
  return h("a", { class: `button call ${weight}`, href }, h("span", {}, t("gr.call", { phone }), h("span", { class: "hidden-text" }, ...spoken(whose))));
}

function supervisionPart(phone: string | null): HTMLElement {
  const known = phone && call(phone, t("gr.callSupervision"));
  return h("section", { id: "supervision" }, h("h3", {}, t("gr.supervision")), known || h("p", { class: "muted" }, t("gr.supervisionNone")));
}

function reportPart({ how_to_report }: PublicGrid, spot: Spot | null): HTMLElement {
  const href = `/report.html${spot ? handingOn(spot) : ""}`;
  const how = how_to_report[language.get()] || how_to_report.zh;
  return h("section", { id: "how-to" }, h("h3", {}, t("gr.howTo")), how ? words(how, "p") : null, h("a", { class: "button", id: "to-report", href }, t("gr.report")));
}

function factsPart({ grid }: PublicGrid): HTMLElement {
  const place = [grid.place.county, grid.place.town, grid.place.village].map((one) => one.name).join(" · ");
  const kind = [tOr(`kind.${grid.kind}`, grid.kind), grid.exclusive_kind ? kindName(grid.exclusive_kind) : ""].filter(Boolean).join(" · ");
  return h(
    "dl",
    { class: "facts" },
    fact(t("gr.place"), name(place)),
    fact(t("gr.kind"), kind),
    fact(t("gr.area"), area(grid.area_m2)),
    fact(t("gr.extent"), extent(grid)),
    fact(t("gr.code"), grid.code),
    grid.micro_grids.length > 0 && fact(t("gr.micro"), microGrids(grid)),
  );
}

const kindName = ({ name: zh, name_en }: { readonly name: string; readonly name_en: string }): string => named({ name_zh: zh, name_en });

/** In words what the map shows. */
function extent({ extent: sides }: PublicGrid["grid"]): HTMLElement {
  const rows = DIRECTIONS.filter((side) => sides[side].length > 0).map((side) => words(t(`gr.side.${side}`, { names: sides[side].map((one) => one || t("gr.outsideCity")).join(t("wb.separator")) }), "p"));
  return h("div", { id: "extent" }, ...rows);
}

/** A button whose text may hold a name of the register. */
function nameButton(text: string, act: () => void, id: string | null = null): HTMLElement {
  return h("button", { type: "button", class: "button small", id, onclick: act }, words(text));
}

function microGrids({ micro_grids }: PublicGrid["grid"]): HTMLElement {
  const rows = micro_grids.map((one) => h("li", {}, name(one.name)));
  return h("details", {}, h("summary", {}, t("gr.microCount", { n: integer(rows.length) })), h("ul", { class: "plain" }, ...rows));
}

function outsideCard(nearest: Nearest | null, { show }: CardActs): HTMLElement {
  const card = said(t("gr.outside"), t("gr.outsideText"));
  if (nearest === null) return card;
  const near = words(t("gr.nearest", { name: nearest.name, distance: length(nearest.distance_m) }), "p");
  card.append(near, nameButton(t("gr.showNearest", { name: nearest.name }), () => show(nearest.code), "show-nearest"));
  return card;
}

function retiredCard(code: string, successors: readonly string[], { show }: CardActs): HTMLElement {
  if (successors.length === 0) return said(t("gr.retired"), t("gr.retiredNone", { code }));
  const card = said(t("gr.retired"), t("gr.retiredText", { code }));
  const rows = successors.map((one) => h("li", {}, nameButton(t("gr.showGrid", { code: one }), () => show(one))));
  card.append(h("ul", { class: "plain successors" }, ...rows));
  return card;
}
