/** The map's content as a table: units in view, or incidents in view. */
import type { IncidentFeature, Meta } from "../api/types";
import { instant, integer } from "../i18n/format";
import { t } from "../i18n/i18n";
import type { Face } from "../map/decode";
import { byId, h, name } from "./dom";
import { matterName } from "./incidentCard";
import { markPicture } from "./marks";

export interface ListActions {
  readonly chooseUnit: (code: string) => void;
  readonly chooseIncident: (incident: IncidentFeature) => void;
}

/** More rows than this help nobody who has to walk through them; the count above always tells the whole. */
export const MOST_ROWS = 200;

/** Units whose name or code contains the text. */
export function matching(faces: readonly Face[], text: string): Face[] {
  const wanted = text.trim().toLowerCase();
  return faces.filter((face) => wanted === "" || face.code.startsWith(wanted) || face.name.toLowerCase().includes(wanted));
}

/** The labels name the level that is listed: grids, or towns while the map shows no grids. */
export function nameListed(level: "town" | "grid"): void {
  byId("list-units-label").textContent = t("list.units", { level: t(`level.${level}`) });
  byId("list-choose-label").textContent = t("list.choose", { level: t(`level.${level}`) });
}

export function renderUnits(faces: readonly Face[], filter: string, chosen: string | null, actions: ListActions): void {
  const fitting = matching(faces, filter);
  const rows = fitting.slice(0, MOST_ROWS).map((face) => unitRow(face, face.code === chosen, actions));
  byId("list-count").textContent = t("list.shown", { n: integer(fitting.length), shown: integer(rows.length) });
  const head = [t("list.name"), t("list.code"), t("list.households")];
  const none = faces.length === 0 ? t("list.empty") : t("list.noMatch");
  showRows(byId("list-units-label").textContent ?? "", head, rows, none);
  fillChooser(fitting.slice(0, MOST_ROWS), chosen, actions);
}

function unitRow(face: Face, chosen: boolean, actions: ListActions): HTMLElement {
  const button = rowButton(name(face.name), () => actions.chooseUnit(face.code));
  return h(
    "tr",
    { class: chosen ? "is-chosen" : null, "data-code": face.code },
    h("th", { scope: "row" }, button),
    h("td", { class: "digits" }, face.code),
    h("td", { class: "number" }, face.households === null ? "–" : integer(face.households)),
  );
}

/** The same choice as one drop-down box, for those who would rather type a name's beginning. */
function fillChooser(faces: readonly Face[], chosen: string | null, actions: ListActions): void {
  const box = byId<HTMLSelectElement>("list-choose");
  const options = faces.map((face) => h("option", { value: face.code, lang: "zh-CN" }, `${face.name}（${face.code}）`));
  box.replaceChildren(h("option", { value: "" }, t("list.choosePrompt")), ...options);
  box.value = faces.some((face) => face.code === chosen) ? (chosen ?? "") : "";
  box.onchange = () => {
    if (box.value !== "") actions.chooseUnit(box.value);
  };
}

export function renderIncidents(incidents: readonly IncidentFeature[], total: number, meta: Meta, actions: ListActions): void {
  const rows = incidents.slice(0, MOST_ROWS).map((incident) => incidentRow(incident, meta, actions));
  byId("list-count").textContent = t("list.shownIncidents", { n: integer(total), shown: integer(rows.length) });
  showRows(t("list.incidents"), [t("list.matter"), t("list.time")], rows, t("legend.none"));
}

function incidentRow(incident: IncidentFeature, meta: Meta, actions: ListActions): HTMLElement {
  const { matter, family, reported_at, no } = incident.properties;
  const button = rowButton(h("span", {}, matterName(matter, meta)), () => actions.chooseIncident(incident));
  button.prepend(markPicture(family));
  return h("tr", { "data-no": no }, h("th", { scope: "row" }, button), h("td", { class: "digits" }, instant(reported_at)));
}

function rowButton(label: Node, choose: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "row-button", tabindex: "-1", onclick: choose }, label);
}

function showRows(caption: string, head: readonly string[], rows: readonly HTMLElement[], none: string): void {
  const box = byId("list-rows");
  const focused = keyOf(box.querySelector<HTMLElement>("tr:focus-within"));
  if (rows.length === 0) return box.replaceChildren(h("p", { class: "notice" }, none));
  const table = h(
    "table",
    {},
    h("caption", { class: "hidden-text" }, caption),
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...rows),
  );
  box.replaceChildren(table);
  const kept = focused === null ? undefined : rows.find((row) => keyOf(row) === focused);
  const stop = (kept ?? rows[0])?.querySelector("button");
  if (stop) stop.tabIndex = 0;
  if (kept) stop?.focus();
}

/** What a row is about; a reader who stands on a row stays on it when the list is made anew. */
function keyOf(row: HTMLElement | null): string | null {
  return row?.dataset["code"] ?? row?.dataset["no"] ?? null;
}

export function listMessage(content: Node): void {
  byId("list-count").textContent = "";
  byId("list-rows").replaceChildren(content);
}

/** The whole table is one tab stop; the arrow keys walk over its rows. */
export function startRowKeys(): void {
  byId("list-rows").addEventListener("keydown", (event) => {
    const buttons = [...byId("list-rows").querySelectorAll<HTMLButtonElement>(".row-button")];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    const target = next === undefined ? undefined : buttons[next];
    if (at < 0 || !target) return;
    event.preventDefault();
    for (const button of buttons) button.tabIndex = button === target ? 0 : -1;
    target.focus();
  });
}
