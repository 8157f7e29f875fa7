/** The windows in which an action gets its words and details. */
import { isAbort } from "../../api/client";
import type { ActBody, IncidentDetail, Possible } from "../../api/desk";
import type { NamedCode } from "../../api/types";
import type { IncidentDesk } from "../../desk/desk";
import { named, t } from "../../i18n/i18n";
import type { Key } from "../../i18n/zh";
import { MOST_PHOTOS } from "../../model/reports";
import { said } from "../../workbench/problemWords";
import { h } from "../dom";
import { say } from "../status";
import { Dialog } from "../workbench/dialog";
import { button, field, select, type Option } from "../workbench/parts";
import { actionText, departmentText } from "./words";

/** A part of a window: what it shows, and the members it adds to the request; a sentence where something is missing. */
interface Part {
  readonly shown: HTMLElement;
  readonly body: () => ActBody | string;
  readonly photos?: () => readonly File[];
}

/** What photos may come with: they show what was done or seen. */
const WITH_PHOTOS: ReadonlySet<string> = new Set(["feed_back", "note"]);

const URGE_KINDS = ["timeout", "leader", "important"] as const;
const GRID_WORKER = "";

/** Asks for what an action wants and does it; the window stays open until the server has said yes. */
export function askToAct(desk: IncidentDesk, detail: IncidentDetail, possible: Possible, into: string | null = null, matters: readonly NamedCode[] = []): void {
  const parts = [...partsOf(possible, detail, desk, into), ...matter(possible, detail, matters), words(possible), ...photosOf(possible)];
  const failed = h("p", { class: "field-error", role: "alert", id: "act-error" });
  const submit = h("button", { type: "submit", class: "button small strong", id: "act-submit" }, actionText(possible.action));
  const dialog: Dialog = new Dialog({
    title: actionText(possible.action),
    body: [h("p", { class: "muted" }, detail.no), ...parts.map(({ shown }) => shown), failed],
    buttons: [button(t("wb.cancel"), () => dialog.close()), submit],
    submitted: () => void attempt(),
  });

  async function attempt(): Promise<void> {
    const bodies = parts.map(({ body }) => body());
    const missing = bodies.find((one): one is string => typeof one === "string");
    failed.textContent = missing ?? "";
    if (missing !== undefined) return;
    submit.disabled = true;
    try {
      await desk.act(detail, possible.action, Object.assign({}, ...bodies), parts.flatMap(({ photos }) => photos?.() ?? []));
      dialog.close();
      say("choice", () => t("dk.done", { action: actionText(possible.action) }));
    } catch (error) {
      if (!isAbort(error)) failed.textContent = said(error).text;
    } finally {
      submit.disabled = false;
    }
  }
}

function partsOf({ action, wanted, optional }: Possible, detail: IncidentDetail, desk: IncidentDesk, into: string | null): Part[] {
  const asked = [...wanted, ...optional];
  const parts: Part[] = [];
  if (asked.includes("department")) parts.push(department(detail, desk));
  if (asked.includes("kind")) parts.push(kind());
  if (asked.includes("departments")) parts.push(departments(desk));
  if (asked.includes("into")) parts.push(intoOther(into));
  if (action === "reroute") parts.push(way(detail));
  return parts;
}

/** What an action wants in words: of most the reason. */
const SAYS: Readonly<Record<string, Key>> = { feed_back: "dk.ask.done", note: "dk.ask.text", advise: "dk.ask.text" };

function words({ action, reason }: Possible): Part {
  const box = h("textarea", { id: "act-words", rows: "3", maxlength: "2000", required: reason });
  const body = (): ActBody => (box.value.trim() === "" ? {} : { note: box.value.trim() });
  return { shown: field(t(reason ? (SAYS[action] ?? "dk.ask.reason") : "dk.ask.note"), box), body };
}

function photosOf({ action }: Possible): Part[] {
  if (!WITH_PHOTOS.has(action)) return [];
  const box = h("input", { id: "act-photos", type: "file", accept: "image/*", multiple: true });
  const photos = (): File[] => [...(box.files ?? [])];
  const body = (): ActBody | string => (photos().length > MOST_PHOTOS ? t("refusal.too_many_photos") : {});
  return [{ shown: field(t("dk.report.photos"), box), body, photos }];
}

function matter({ wanted }: Possible, detail: IncidentDetail, matters: readonly NamedCode[]): Part[] {
  if (!wanted.includes("matter")) return [];
  const others = matters.filter(({ code }) => code !== detail.matter.code);
  const box = select("act-matter", others.map((one): Option<string> => [one.code, `${named(one)} ${one.code}`]), others[0]?.code ?? "");
  return [{ shown: field(t("dk.ask.matter"), box), body: () => ({ matter: box.value }) }];
}

function department(detail: IncidentDetail, desk: IncidentDesk): Part {
  const all = desk.answer.departments;
  const label = (code: string): string => {
    const text = departmentText(code, all);
    return code === detail.competent_department ? t("dk.ask.competent", { name: text }) : text;
  };
  const first = detail.competent_department;
  const codes = [...all.map(({ code }) => code)].sort((a, b) => Number(b === first) - Number(a === first));
  const options: Option<string>[] = [...codes.map((code): Option<string> => [code, label(code)]), [GRID_WORKER, t("dk.ask.gridWorker")]];
  const box = select("act-department", options, detail.department ?? first ?? GRID_WORKER);
  return { shown: field(t("dk.ask.department"), box), body: () => ({ department: box.value === GRID_WORKER ? null : box.value }) };
}

function kind(): Part {
  const box = select("act-kind", URGE_KINDS.map((one): Option<string> => [one, t(`dk.urge.${one}`)]), "timeout");
  return { shown: field(t("dk.ask.kind"), box), body: () => ({ kind: box.value }) };
}

function departments(desk: IncidentDesk): Part {
  const boxes = desk.answer.departments.map(({ code }) => h("input", { type: "checkbox", value: code, id: `act-department-${code}` }));
  const rows = boxes.map((box) => h("label", { class: "check" }, box, departmentText(box.value, desk.answer.departments)));
  const shown = h("fieldset", { class: "field checks" }, h("legend", {}, t("dk.ask.departments")), ...rows);
  const body = (): ActBody | string => {
    const chosen = boxes.filter(({ checked }) => checked).map(({ value }) => value);
    return chosen.length === 0 ? t("dk.ask.pickDepartment") : { departments: chosen };
  };
  return { shown, body };
}

function intoOther(into: string | null): Part {
  const box = h("input", { id: "act-into", type: "text", inputmode: "numeric", maxlength: "19", pattern: "\\d{19}", required: true, spellcheck: "false" });
  box.value = into ?? "";
  return { shown: field(t("dk.ask.into"), box), body: () => ({ into: box.value }) };
}

function way(detail: IncidentDetail): Part {
  const options = detail.ways.map(({ code, name }): Option<string> => [code, `${name} ${code}`]);
  const box = select("act-to", options, options[0]?.[0] ?? "");
  box.lang = "zh-CN";
  return { shown: field(t("dk.ask.to"), box), body: () => ({ to: box.value }) };
}
