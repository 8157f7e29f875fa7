/** "My tasks": what is given to me, one of them whole, and what I can do to it. */
import type { DeskRow } from "../../api/desk";
import type { Meta } from "../../api/types";
import type { Chosen, IncidentDesk } from "../../desk/desk";
import { instant } from "../../i18n/format";
import { named, t } from "../../i18n/i18n";
import { formatPoint } from "../../model/coordinates";
import { tasksOf } from "../../report/tasks";
import { said } from "../../workbench/problemWords";
import { fact } from "../card";
import { askToAct } from "../desk/acting";
import { badges, happening, photos } from "../desk/card";
import { actionText, dueText, matterText, stateText } from "../desk/words";
import { h, name } from "../dom";
import { markPicture } from "../marks";
import { button, fillBox } from "../workbench/parts";

/** What is done in the street; the desk has the rest. */
const ACTS: ReadonlySet<string> = new Set(["accept", "feed_back", "send_back", "ask_suspension", "pass", "fail", "close", "note", "advise"]);
const STRONG: ReadonlySet<string> = new Set(["accept", "feed_back", "pass", "close"]);
const STREET_ZOOM = 17;

type Whole = Extract<Chosen, { kind: "whole" }>;

export function myTasks(desk: IncidentDesk): DeskRow[] {
  return tasksOf(desk.rows(), desk.signedIn.session.get().grants, desk.now());
}

export function renderTasks(box: HTMLElement, desk: IncidentDesk, meta: Meta | null): void {
  const chosen = desk.chosen.get();
  box.dataset["link"] = desk.link.get();
  if (chosen.kind === "none" || !meta) return fillBox(box, trouble(desk), list(desk, meta));
  const back = button(t("rp.taskBack"), () => desk.clear(), { icon: "back", id: "task-back" });
  fillBox(box, back, trouble(desk), ...one(chosen, desk));
}

function trouble(desk: IncidentDesk): HTMLElement | null {
  const link = desk.link.get();
  if (link === "forbidden") return h("p", { class: "notice" }, t("rp.tasksForbidden"));
  if (link !== "offline" && link !== "waiting") return null;
  return h("p", { class: "notice" }, t("rp.tasksOffline"));
}

function list(desk: IncidentDesk, meta: Meta | null): HTMLElement {
  const rows = myTasks(desk);
  if (desk.link.get() === "loading") return h("p", { class: "muted" }, t("dk.loading"));
  if (rows.length === 0) return h("p", { class: "muted nothing" }, t("rp.tasksEmpty"));
  return h("ol", { class: "task-rows" }, ...rows.map((row) => h("li", {}, task(row, desk, meta))));
}

function task(row: DeskRow, desk: IncidentDesk, meta: Meta | null): HTMLElement {
  const due = dueText(row, desk.now());
  const urgent = row.urgent && h("span", { class: "badge urgent" }, t("incidents.urgent"));
  const open = (): void => void desk.choose(row.no);
  return h(
    "button",
    { type: "button", class: "task-row", "data-no": row.no, id: `task-${row.no}`, onclick: open },
    h("span", { class: "row-head" }, markPicture(row.family), h("strong", {}, meta ? matterText(row.matter, meta) : row.matter), urgent),
    h("span", { class: "task-where" }, row.address ? name(row.address) : formatPoint(row.lon, row.lat)),
    h("span", { class: "muted" }, [stateText(row.state), due].filter(Boolean).join(" · ")),
  );
}

function one(chosen: Exclude<Chosen, { kind: "none" }>, desk: IncidentDesk): HTMLElement[] {
  if (chosen.kind === "loading") return [h("p", { class: "muted" }, t("dk.loading"))];
  if (chosen.kind === "whole") return [card(chosen, desk)];
  const again = button(t("error.retry"), () => void desk.choose(chosen.no), { id: "task-retry" });
  return [h("div", { class: "problem", role: "alert" }, h("p", {}, said(chosen.error).text), again)];
}

function card(chosen: Whole, desk: IncidentDesk): HTMLElement {
  const { detail } = chosen;
  const acts = detail.actions
    .filter(({ action }) => ACTS.has(action))
    .map((possible) => button(actionText(possible.action), () => askToAct(desk, detail, possible), { id: `act-${possible.action}`, strong: STRONG.has(possible.action) }));
  return h(
    "article",
    { class: "card task-card", "data-incident": detail.no },
    h("h3", { id: "task-title", tabindex: "-1" }, markPicture(detail.matter.family), named(detail.matter)),
    badges(detail, desk.now()),
    acts.length > 0 ? h("div", { class: "acts" }, ...acts) : h("p", { class: "muted" }, t("rp.taskNone")),
    h("dl", { class: "facts" }, ...facts(chosen)),
    ...photos(chosen),
    h("h4", {}, t("dk.history")),
    h("ol", { class: "course" }, ...[...detail.events].reverse().map((event) => happening(event, desk))),
  );
}

function facts({ detail }: Whole): HTMLElement[] {
  const map = h("a", { href: `/#${STREET_ZOOM}/${detail.lat.toFixed(6)}/${detail.lon.toFixed(6)}`, target: "_blank", rel: "noopener" }, t("rp.taskMap"));
  const rows: (HTMLElement | null)[] = [
    fact(t("dk.no"), detail.no),
    detail.description === null ? null : fact(t("dk.description"), h("span", { class: "told", lang: "zh-CN" }, detail.description)),
    detail.address === null ? null : fact(t("dk.address"), name(detail.address)),
    fact(t("dk.place"), h("span", {}, formatPoint(detail.lon, detail.lat), " ", map)),
    fact(t("dk.reportedAt"), instant(detail.reported_at)),
    fact(t("dk.due"), detail.due_at === null ? t("dk.noDue") : instant(detail.due_at)),
    detail.grid_code ? fact(t("dk.grid"), detail.grid_code) : null,
  ];
  return rows.filter((row): row is HTMLElement => row !== null);
}
