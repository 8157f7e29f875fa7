/** The card of one worker: what is on record, and what can be done about it. */
import { badgeAddress, changeWorker, getWorker, KINDS, type WorkerDetail } from "../../api/gridWorkers";
import { getUnit } from "../../api/endpoints";
import { t } from "../../i18n/i18n";
import { lacks } from "../../staff/workers";
import { said } from "../../workbench/problemWords";
import { fact } from "../card";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { askWhether } from "../workbench/asking";
import { button, fillBox, working, type Option } from "../workbench/parts";
import { askChoice, askFor, askText } from "./asking";
import { absences, duties, records, type CardActs } from "./records";
import type { Surroundings } from "./view";
import { kindText, stateTags } from "./words";

export class WorkerCard {
  private box: HTMLElement | null = null;
  private shown: number | null = null;
  private detail: WorkerDetail | null = null;
  private readonly latest = new Latest();

  constructor(
    private readonly around: Surroundings,
    private readonly acts: { readonly close: () => void; readonly changed: () => void },
  ) {}

  open(worker: number, box: HTMLElement): void {
    this.box = box;
    const isNew = worker !== this.shown;
    this.shown = worker;
    if (isNew) this.detail = null;
    if (isNew) fillBox(box, working(t("st.loading")));
    this.load(isNew);
  }

  leave(): void {
    this.latest.cancel();
    this.shown = null;
    this.detail = null;
  }

  translate(): void {
    if (this.detail) this.render(this.detail);
  }

  private load(isNew = false): void {
    const { shown } = this;
    if (shown === null) return;
    void this.latest.run(
      (signal) => getWorker(shown, signal),
      (detail) => {
        this.detail = detail;
        this.render(detail);
        if (isNew) this.box?.querySelector<HTMLElement>("#worker-name")?.focus();
      },
      (error) => this.fail(error),
    );
  }

  private fail(error: unknown): void {
    if (!this.box) return;
    const buttons = [button(t("error.retry"), () => this.load()), button(t("st.close"), this.acts.close)];
    fillBox(this.box, h("div", { class: "problem", role: "alert" }, h("p", {}, said(error).text), h("div", { class: "row" }, ...buttons)));
  }

  /** After something was done: the card and the list say what holds now. */
  private changed(text: () => string): void {
    this.around.say(text);
    this.load();
    this.acts.changed();
  }

  private render(detail: WorkerDetail): void {
    if (!this.box) return;
    const may = this.around.signedIn.may("duty.edit", detail.scope);
    const acts: CardActs = { around: this.around, may, changed: (text) => this.changed(text) };
    const head = h(
      "div",
      { class: "card-head" },
      h("h2", { tabindex: "-1", id: "worker-name" }, name(detail.name)),
      h("button", { type: "button", class: "icon-button", id: "worker-close", "aria-label": t("st.close"), title: t("st.close"), onclick: this.acts.close }, "×"),
    );
    const parts = [head, stateTags(detail), lacking(detail), this.contact(detail), this.buttons(detail, may)];
    fillBox(this.box, h("article", { class: "card staff-card", "data-worker": String(detail.id) }, ...parts, duties(detail, acts), records(detail, "training", acts), records(detail, "assessments", acts), absences(detail, acts)));
    this.box.setAttribute("aria-label", t("st.card"));
    void this.namePlace(detail.scope);
  }

  private contact(detail: WorkerDetail): HTMLElement {
    const place = h("span", { id: "worker-place" }, name(this.around.placeName(detail.scope)));
    return h(
      "dl",
      { class: "facts" },
      fact(t("st.phone"), detail.work_phone),
      fact(t("st.kind"), kindText(detail.kind)),
      fact(t("st.place"), place),
      fact(t("st.badge"), h("span", { class: "badge-no" }, detail.badge_no)),
      detail.account === null ? "" : fact(t("st.account"), detail.account),
    );
  }

  /** The list knows places by their codes; the card says the name. */
  private async namePlace(scope: string): Promise<void> {
    try {
      const { properties } = await getUnit(scope);
      if (this.detail?.scope === scope) this.box?.querySelector("#worker-place")?.replaceChildren(name(properties.name), ` ${scope}`);
    } catch {
      // the code stands for the name
    }
  }

  private buttons(detail: WorkerDetail, may: boolean): HTMLElement {
    const badge = h("a", { class: "button small", id: "badge-pdf", href: badgeAddress(detail.id), download: `badge-${detail.badge_no}.pdf` }, t("st.badgePdf"));
    const edit = may && button(t("st.editContact"), () => this.askChange(detail), { id: "edit-worker" });
    const leave = may && button(detail.active ? t("st.retire") : t("st.reinstate"), () => void this.turn(detail), { id: "turn-worker", danger: detail.active });
    return h("div", { class: "row" }, edit || null, badge, leave || null);
  }

  private askChange(detail: WorkerDetail): void {
    askFor({
      title: t("st.editContact"),
      text: t("st.editText"),
      asked: [
        askText("name", t("st.name"), { value: detail.name }),
        askText("work_phone", t("st.phone"), { type: "tel", longest: 30, value: detail.work_phone }),
        askChoice("kind", t("st.kind"), KINDS.map((one): Option<string> => [one, kindText(one)]), detail.kind),
        askText("account", t("st.account"), { value: detail.account ?? "", required: false, hint: t("st.accountHint") }),
      ],
      yes: t("wb.save"),
      send: async (given) => {
        await this.around.signedIn.withToken((csrf) => changeWorker(detail.id, given, csrf));
        this.changed(() => t("st.contactChanged"));
      },
    });
  }

  private async turn(detail: WorkerDetail): Promise<void> {
    if (detail.active && !(await askWhether(t("st.retire"), t("st.retireText"), t("st.retire")))) return;
    try {
      await this.around.signedIn.withToken((csrf) => changeWorker(detail.id, { active: !detail.active }, csrf));
      this.changed(() => t(detail.active ? "st.retired" : "st.reinstated"));
    } catch (error) {
      this.fail(error);
    }
  }
}

/** What stands between the worker and a duty, in a sentence. */
function lacking(detail: WorkerDetail): HTMLElement | string {
  const missing = detail.active ? lacks(detail) : [];
  if (missing.length === 0) return "";
  return h("p", { class: "notice", id: "lacking" }, t(missing.length === 2 ? "st.lacksBoth" : missing[0] === "training" ? "st.lacksTraining" : "st.lacksAssessment"));
}
