/** The parts of a worker's card: duties, training, assessments, absences. */
import { addAbsence, addRecord, annulRecord, beginDuty, endAbsence, endDuty, listWorkers, ROLES, type Absence, type Assessment, type RecordKind, type Training, type WorkerDetail, type WorkerDuty } from "../../api/gridWorkers";
import { placesBelow } from "../../api/places";
import { day, oneDigit } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { shiftDay } from "../../model/period";
import { said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { askWhether } from "../workbench/asking";
import { button, type Option } from "../workbench/parts";
import { askChoice, askFor, askName, askText, askWords, type Asked } from "./asking";
import type { Surroundings } from "./view";
import { gridCell, roleText, tag } from "./words";

export interface CardActs {
  readonly around: Surroundings;
  readonly may: boolean;
  readonly changed: (text: () => string) => void;
}

interface Block {
  readonly id: string;
  readonly title: string;
  readonly add: HTMLElement | null;
  readonly empty: string;
}

function block({ id, title, add, empty }: Block, lines: readonly HTMLElement[]): HTMLElement {
  const list = lines.length === 0 ? h("p", { class: "muted" }, empty) : h("ul", { class: "plain staff-lines" }, ...lines);
  return h("section", { class: "staff-block", id, "aria-labelledby": `${id}-title` }, h("div", { class: "staff-block-head" }, h("h3", { id: `${id}-title` }, title), add), list);
}

const adding = (may: boolean, text: string, id: string, act: () => void): HTMLElement | null => (may ? button(text, act, { id }) : null);

export function duties(detail: WorkerDetail, acts: CardActs): HTMLElement {
  const add = adding(acts.may && detail.active, t("st.beginDuty"), "begin-duty", () => void askDuty(detail, acts));
  return block({ id: "duties", title: t("st.duties"), add, empty: t("st.noDuties") }, detail.duties.map((duty) => dutyLine(duty, acts)));
}

function dutyLine(duty: WorkerDuty, acts: CardActs): HTMLElement {
  const until = duty.valid_to === null ? t("st.sinceDay", { day: day(duty.valid_from) }) : t("st.fromTo", { from: day(duty.valid_from), to: day(duty.valid_to) });
  const isOver = duty.valid_to !== null && Date.parse(duty.valid_to) <= Date.now();
  const end = acts.may && !isOver && button(t("st.endDuty"), () => askEnd(duty, acts), { id: `end-duty-${duty.duty_id}` });
  const said = h("span", {}, gridCell({ code: duty.grid_code, name: duty.grid_name }), h("span", { class: "under" }, `${roleText(duty.role)} · ${until}`));
  return h("li", { "data-duty": String(duty.duty_id) }, said, end || "");
}

/** The grids of the worker's own village, town or county can be served. */
async function askDuty(detail: WorkerDetail, acts: CardActs): Promise<void> {
  const code = await askGrid(detail.scope);
  askFor({
    title: t("st.beginDuty"),
    asked: [
      code,
      askChoice("role", t("st.role"), ROLES.map((one): Option<string> => [one, roleText(one)]), detail.kind === "stationed" ? "stationed" : "responsible"),
      askText("from", t("st.from"), { type: "date", required: false, limits: { min: acts.around.today() }, hint: t("st.fromHint") }),
    ],
    yes: t("st.beginDuty"),
    send: async ({ grid, role, from }) => {
      await acts.around.signedIn.withToken((csrf) => beginDuty(grid!, { worker_id: detail.id, role, ...(from ? { from } : {}) }, csrf));
      acts.changed(() => t("st.dutyBegun"));
    },
  });
}

async function askGrid(scope: string): Promise<Asked> {
  const grids = scope.length === 12 ? await placesBelow(scope).catch(() => []) : [];
  if (grids.length > 0) return askName("grid", t("st.grid"), grids.map(({ code, name }): Option<string> => [code, `${name} ${code}`]), grids[0]!.code);
  return askText("grid", t("st.gridCode"), { value: scope, longest: 15, limits: { inputmode: "numeric", pattern: "\\d{15}" }, hint: t("st.gridCodeHint") });
}

function askEnd(duty: WorkerDuty, acts: CardActs): void {
  askFor({
    title: t("st.endDuty"),
    text: t("st.endDutyText", { grid: duty.grid_name }),
    asked: [askText("until", t("st.until"), { type: "date", required: false, limits: { min: acts.around.today() }, hint: t("st.untilHint") })],
    yes: t("st.endDuty"),
    isDanger: true,
    send: async ({ until }) => {
      await acts.around.signedIn.withToken((csrf) => endDuty(duty.grid_code, duty.duty_id, until ? { until } : {}, csrf));
      acts.changed(() => t("st.dutyEnded"));
    },
  });
}

export function records(detail: WorkerDetail, kind: RecordKind, acts: CardActs): HTMLElement {
  const isTraining = kind === "training";
  const ask = (): void => askRecord(detail, kind, acts);
  const add = adding(acts.may, t(isTraining ? "st.addTraining" : "st.addAssessment"), `add-${kind}`, ask);
  const look = { id: kind, title: t(isTraining ? "st.training" : "st.assessments"), add, empty: t(isTraining ? "st.noTraining" : "st.noAssessments") };
  const rows = isTraining ? detail.training.map((one) => [one, trainingText(one)] as const) : detail.assessments.map((one) => [one, assessmentText(one)] as const);
  return block(look, rows.map(([one, text]) => recordLine(one, text, () => askAnnul(detail, kind, one.id, acts), acts.may)));
}

const trainingText = (one: Training): HTMLElement => h("span", {}, name(one.course), h("span", { class: "under" }, `${day(one.held_on)} · ${t("st.hoursValue", { n: oneDigit(one.hours) })}`));

function assessmentText(one: Assessment): HTMLElement {
  const score = one.score === null ? "" : ` · ${t("st.scoreValue", { n: oneDigit(one.score) })}`;
  return h("span", {}, tag(t(one.passed ? "st.passed" : "st.notPassed"), one.passed ? "good" : "bad"), h("span", { class: "under" }, `${day(one.held_on)}${score}`));
}

function recordLine(one: Training | Assessment, text: HTMLElement, annul: () => void, may: boolean): HTMLElement {
  if (one.annulled !== null) return h("li", { class: "is-annulled" }, h("span", {}, text, h("span", { class: "under" }, t("st.annulled"), name(one.annulled))));
  return h("li", {}, text, may ? h("button", { type: "button", class: "link", onclick: annul }, t("st.annul")) : "");
}

function askRecord(detail: WorkerDetail, kind: RecordKind, acts: CardActs): void {
  const heldOn = askText("held_on", t("st.heldOn"), { type: "date", value: acts.around.today(), limits: { max: acts.around.today() } });
  const hours = askText("hours", t("st.hours"), { type: "number", value: "8", limits: { min: "0.5", max: "1000", step: "0.5" } });
  const score = askText("score", t("st.score"), { type: "number", required: false, limits: { min: "0", max: "100", step: "0.1" } });
  const passed = askChoice("passed", t("st.result"), [["yes", t("st.passed")], ["no", t("st.notPassed")]], "yes");
  const isTraining = kind === "training";
  askFor({
    title: t(isTraining ? "st.addTraining" : "st.addAssessment"),
    text: t("st.recordText"),
    asked: isTraining ? [heldOn, askText("course", t("st.course")), hours] : [heldOn, passed, score],
    yes: t("st.enter"),
    send: async (given) => {
      const body = isTraining
        ? { held_on: given["held_on"], course: given["course"], hours: Number(given["hours"]) }
        : { held_on: given["held_on"], passed: given["passed"] === "yes", ...(given["score"] ? { score: Number(given["score"]) } : {}) };
      await acts.around.signedIn.withToken((csrf) => addRecord(detail.id, kind, body, csrf));
      acts.changed(() => t("st.recordAdded"));
    },
  });
}

function askAnnul(detail: WorkerDetail, kind: RecordKind, record: number, acts: CardActs): void {
  askFor({
    title: t("st.annul"),
    text: t("st.annulText"),
    asked: [askWords("reason", t("st.reason"), { longest: 200 })],
    yes: t("st.annul"),
    isDanger: true,
    send: async ({ reason }) => {
      await acts.around.signedIn.withToken((csrf) => annulRecord(detail.id, kind, record, reason!, csrf));
      acts.changed(() => t("st.recordAnnulled"));
    },
  });
}

export function absences(detail: WorkerDetail, acts: CardActs): HTMLElement {
  const add = adding(acts.may && detail.active, t("st.addAbsence"), "add-absence", () => void askAbsence(detail, acts));
  return block({ id: "absences", title: t("st.absences"), add, empty: t("st.noAbsences") }, detail.absences.map((one) => absenceLine(detail, one, acts)));
}

function absenceLine(detail: WorkerDetail, one: Absence, acts: CardActs): HTMLElement {
  const who = one.substitute === null ? h("span", {}, t("st.noSubstitute")) : h("span", {}, t("st.substitute"), " ", name(one.substitute.name));
  const isOver = Date.parse(one.until) <= Date.now();
  const end = acts.may && !isOver && button(t("st.endAbsence"), () => void takeBack(detail, one, acts), { id: `end-absence-${one.id}` });
  return h("li", {}, h("span", {}, t("st.fromTo", { from: day(one.from), to: day(one.until) }), h("span", { class: "under" }, who)), end || "");
}

async function askAbsence(detail: WorkerDetail, acts: CardActs): Promise<void> {
  const all = await listWorkers("").catch(() => ({ workers: [] }));
  const others = all.workers.filter((one) => one.id !== detail.id && one.active && one.qualified);
  const options: Option<string>[] = [["", t("st.noSubstitute")], ...others.map((one): Option<string> => [String(one.id), `${one.name} ${one.scope}`])];
  const today = acts.around.today();
  askFor({
    title: t("st.addAbsence"),
    text: t("st.absenceText"),
    asked: [
      askText("from", t("st.from"), { type: "date", required: false, limits: { min: today }, hint: t("st.fromHint") }),
      askText("until", t("st.backOn"), { type: "date", limits: { min: shiftDay(today, 1) } }),
      askName("substitute", t("st.substitute"), options, ""),
    ],
    yes: t("st.enter"),
    send: async ({ from, until, substitute }) => {
      await acts.around.signedIn.withToken((csrf) => addAbsence(detail.id, { until, ...(from ? { from } : {}), ...(substitute ? { substitute_id: Number(substitute) } : {}) }, csrf));
      acts.changed(() => t("st.absenceAdded"));
    },
  });
}

async function takeBack(detail: WorkerDetail, one: Absence, acts: CardActs): Promise<void> {
  if (!(await askWhether(t("st.endAbsence"), t("st.endAbsenceText"), t("st.endAbsence")))) return;
  try {
    await acts.around.signedIn.withToken((csrf) => endAbsence(detail.id, one.id, csrf));
    acts.changed(() => t("st.absenceEnded"));
  } catch (error) {
    acts.around.say(() => said(error).text);
  }
}
