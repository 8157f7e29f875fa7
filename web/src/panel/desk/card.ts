/** The card of one incident: what it is, who serves there, what can be done, its course. */
import { photoAddress, type CourseEvent, type IncidentDetail, type Possible, type Worker } from "../../api/desk";
import type { Meta, NamedCode } from "../../api/types";
import type { Chosen, IncidentDesk } from "../../desk/desk";
import { left } from "../../desk/rows";
import { instant, length } from "../../i18n/format";
import { named, t, tOr } from "../../i18n/i18n";
import { formatPoint } from "../../model/coordinates";
import { said } from "../../workbench/problemWords";
import { fact } from "../card";
import { h, name } from "../dom";
import { markPicture } from "../marks";
import { button } from "../workbench/parts";
import { actionText, departmentText, dueText, stateText } from "./words";

export interface CardActs {
  readonly act: (possible: Possible) => void;
  readonly mergeInto: (no: string) => void;
  readonly open: (no: string) => void;
  readonly openGrid: (code: string) => void;
  readonly show: (lon: number, lat: number) => void;
  readonly close: () => void;
}

type Whole = Extract<Chosen, { kind: "whole" }>;

export function emptyCard(): HTMLElement {
  return h("article", { class: "card", id: "card-empty" }, h("h2", { id: "card-title", tabindex: "-1" }, t("dk.cardEmpty")), h("p", {}, t("dk.cardEmptyText")));
}

export function waitingCard(text: string, close: () => void): HTMLElement {
  return h("article", { class: "card" }, head(text, null, close), h("p", { class: "working" }, t("dk.loading")));
}

export function failedCard(title: string, error: unknown, retry: () => void, close: () => void): HTMLElement {
  const { text, detail } = said(error);
  const again = button(t("error.retry"), retry);
  const problem = h("div", { class: "problem", role: "alert" }, h("p", {}, text), detail ? h("p", { class: "muted", lang: "en" }, detail) : null, again);
  return h("article", { class: "card" }, head(title, null, close), problem);
}

export function head(text: string, picture: SVGElement | null, close: () => void): HTMLElement {
  const label = t("dk.close");
  return h(
    "div",
    { class: "card-head" },
    h("h2", { tabindex: "-1", id: "card-title" }, picture, text),
    h("button", { type: "button", class: "icon-button", id: "card-close", "aria-label": label, title: label, onclick: close }, "×"),
  );
}

export function incidentCard(chosen: Whole, desk: IncidentDesk, meta: Meta, acts: CardActs): HTMLElement {
  const { detail } = chosen;
  return h(
    "article",
    { class: "card desk-card", "data-incident": detail.no },
    head(named(detail.matter), markPicture(detail.matter.family), acts.close),
    badges(detail, desk.now()),
    ...actions(detail, acts),
    detail.on_border && border(detail, acts),
    h("dl", { class: "facts" }, ...facts(detail, desk, acts)),
    ...workers(detail.workers),
    ...photos(chosen),
    ...duplicates(chosen, acts),
    h("h3", {}, t("dk.history")),
    h("ol", { class: "course" }, ...[...detail.events].reverse().map((event) => happening(event, desk, meta.matters))),
    h("p", { class: "muted" }, `${t("incidents.family")}: ${named(meta.families.find(({ code }) => code === detail.matter.family) ?? detail.matter)}`),
  );
}

export function badges(detail: IncidentDetail, now: number): HTMLElement {
  const due = dueText(detail, now);
  const isOver = (left(detail, now) ?? 0) < 0;
  return h(
    "p",
    { class: "badges" },
    h("span", { class: "badge state" }, stateText(detail.state)),
    detail.urgent && h("span", { class: "badge urgent" }, t("incidents.urgent")),
    due !== null && h("span", { class: `badge ${isOver ? "over" : ""}` }, due),
  );
}

function actions(detail: IncidentDetail, acts: CardActs): HTMLElement[] {
  if (detail.merged_into) {
    const into = detail.merged_into;
    return [h("p", { class: "notice" }, h("button", { type: "button", class: "link", onclick: () => acts.open(into) }, t("dk.mergedInto", { no: into })))];
  }
  if (detail.actions.length === 0) return [h("p", { class: "muted" }, t("dk.noActions"))];
  const parts = detail.actions.map((one) =>
    button(actionText(one.action), () => acts.act(one), { id: `act-${one.action}`, strong: STRONG.has(one.action), danger: DANGER.has(one.action) }),
  );
  return [h("h3", { class: "hidden-text" }, t("dk.actions")), h("div", { class: "acts" }, ...parts)];
}

/** What moves the incident on, and what ends it against the reporter. */
const STRONG: ReadonlySet<string> = new Set(["register", "dispatch", "accept", "feed_back", "pass", "close", "resume"]);
const DANGER: ReadonlySet<string> = new Set(["reject", "cancel"]);

function border(detail: IncidentDetail, acts: CardActs): HTMLElement {
  const grid = (code: string): HTMLElement => {
    const way = detail.ways.find((one) => one.code === code);
    const label = way ? name(way.name) : h("span", {}, code);
    return h("li", {}, h("button", { type: "button", class: "unit-button", onclick: () => acts.openGrid(code) }, label, h("span", { class: "muted" }, code)));
  };
  return h("div", { class: "notice" }, h("p", {}, t("dk.borderText")), h("ul", { class: "plain" }, ...detail.also.map(grid)));
}

function facts(detail: IncidentDetail, desk: IncidentDesk, acts: CardActs): HTMLElement[] {
  const { departments } = desk.answer;
  const code = detail.grid_code ?? detail.nearest_code;
  const grid = code && h("button", { type: "button", class: "link", onclick: () => acts.openGrid(code) }, code);
  const away = detail.grid_code === null ? ` (${length(detail.distance_m)})` : "";
  const place = h("span", {}, formatPoint(detail.lon, detail.lat), " ", h("button", { type: "button", class: "link", id: "show-on-map", onclick: () => acts.show(detail.lon, detail.lat) }, t("dk.showOnMap")));
  const due = detail.due_at === null ? t("dk.noDue") : instant(detail.due_at) + (detail.due_supposed ? ` · ${t("dk.supposed")}` : "");
  const handler = detail.department ? departmentText(detail.department, departments) : t("dk.byWorker");
  const rows: (HTMLElement | null)[] = [
    fact(t("dk.no"), detail.no),
    detail.description === null ? null : fact(t("dk.description"), h("span", { class: "told", lang: "zh-CN" }, detail.description)),
    detail.address === null ? null : fact(t("dk.address"), name(detail.address)),
    fact(t("dk.reportedAt"), instant(detail.reported_at)),
    fact(t("dk.due"), due),
    grid ? fact(t(detail.grid_code ? "dk.grid" : "dk.nearest"), h("span", {}, grid, away)) : null,
    fact(t("dk.place"), place),
    fact(t("dk.handler"), handler),
    detail.competent_department ? fact(t("dk.competent"), departmentText(detail.competent_department, departments)) : null,
    fact(t("dk.source"), tOr(`dk.source.${detail.source}`, detail.source)),
  ];
  return rows.filter((row): row is HTMLElement => row !== null);
}

export function workers(found: readonly Worker[]): HTMLElement[] {
  if (found.length === 0) return [h("h3", {}, t("dk.workers")), h("p", { class: "muted" }, t("dk.noWorkers"))];
  return [h("h3", {}, t("dk.workers")), h("ul", { class: "plain workers" }, ...found.map(worker))];
}

function worker({ name: who, role, work_phone }: Worker): HTMLElement {
  const label = t("dk.call", { phone: work_phone });
  const call = h("a", { class: "phone", href: `tel:${work_phone.replace(/[^\d+]/g, "")}`, "aria-label": label }, work_phone);
  return h("li", {}, name(who), h("span", { class: "badge" }, tOr(`dk.role.${role}`, role)), call);
}

export function photos({ no, photos: found }: Whole): HTMLElement[] {
  if (found.length === 0) return [];
  const one = (photo: Whole["photos"][number], i: number): HTMLElement => {
    const [address, alt] = [photoAddress(no, photo.id), photo.stage === "report" ? t("dk.photo", { n: i + 1 }) : tOr(`dk.photoOf.${photo.stage}`, photo.stage)];
    const picture = h("img", { src: address, alt, width: String(photo.width), height: String(photo.height), loading: "lazy" });
    const caption = photo.stage === "report" ? null : h("span", { class: "muted" }, alt);
    return h("li", { "data-stage": photo.stage }, h("a", { href: address, target: "_blank", rel: "noopener" }, picture), caption);
  };
  return [h("h3", {}, t("dk.photos")), h("ul", { class: "plain photos" }, ...found.map(one))];
}

function duplicates({ detail, duplicates: found }: Whole, acts: CardActs): HTMLElement[] {
  if (found.length === 0) return [];
  const canMerge = detail.actions.some(({ action }) => action === "merge");
  const one = (other: Whole["duplicates"][number]): HTMLElement =>
    h(
      "li",
      { "data-duplicate": other.no },
      h("p", {}, `${other.no} · ${stateText(other.state)} · ${t("dk.duplicateAway", { distance: length(other.distance_m) })}`),
      other.description ? h("p", { class: "muted", lang: "zh-CN" }, other.description) : null,
      h("p", { class: "acts" }, button(t("dk.open"), () => acts.open(other.no)), canMerge && button(t("dk.mergeInto"), () => acts.mergeInto(other.no))),
    );
  return [h("h3", {}, t("dk.duplicates")), h("ul", { class: "plain duplicates" }, ...found.map(one))];
}

export function happening(event: CourseEvent, desk: IncidentDesk, matters: readonly NamedCode[] = []): HTMLElement {
  const moved = event.from !== null && event.from !== event.to ? t("dk.fromTo", { from: stateText(event.from), to: stateText(event.to) }) : null;
  const more = [moved, detailText(event, desk, matters)].filter((one) => one !== null).join(" · ");
  return h(
    "li",
    { "data-event": String(event.id) },
    h("p", {}, h("strong", {}, actionText(event.action)), " ", h("span", { class: "muted" }, `${instant(event.at)} · ${tOr(`dk.actor.${event.actor}`, event.actor)}`)),
    more ? h("p", { class: "muted" }, more) : null,
    event.note ? h("p", { class: "told", lang: "zh-CN" }, event.note) : null,
  );
}

function matterName(code: string, matters: readonly NamedCode[]): string {
  const found = matters.find((one) => one.code === code);
  return found ? named(found) : code;
}

function detailText({ detail }: CourseEvent, desk: IncidentDesk, matters: readonly NamedCode[]): string | null {
  const { departments: known } = desk.answer;
  const { department, departments, kind, into, from, to, matter } = detail as Readonly<Record<string, unknown>>;
  if (typeof department === "string") return t("dk.toDepartment", { name: departmentText(department, known) });
  if (Array.isArray(departments)) return departments.map((one) => departmentText(String(one), known)).join(t("wb.separator"));
  if (typeof kind === "string") return tOr(`dk.urge.${kind}`, kind);
  if (typeof into === "string") return into;
  if (typeof matter === "string") return t("dk.matterFromTo", { from: matterName(String(from), matters), to: matterName(matter, matters) });
  return typeof to === "string" ? t("dk.fromTo", { from: String(from ?? ""), to }) : null;
}
