/** What is done with a filing: the steps that the account may take, and the words that each takes along. */
import { Problem } from "../../api/client";
import type { Action, Filing } from "../../api/filings";
import { t } from "../../i18n/i18n";
import { isSendable, type Draft } from "../../office/drafts";
import type { OfficeDesk } from "../../office/desk";
import { asked, offered } from "../../office/steps";
import { h, name } from "../dom";
import { button, field, fillBox, section, select, words, working } from "../workbench/parts";
import { said } from "../../workbench/problemWords";
import { inChinese, isSignedOut, type Ways } from "./words";

const LONGEST_NOTE = 2000;
const LONGEST_NUMBER = 60;

export interface ActingActs extends Ways {
  readonly choose: (code: string) => void;
  /** Corrections were added or taken away. */
  readonly marked: () => void;
  readonly moved: () => void;
  readonly say: (text: () => string) => void;
}

export class Acting {
  readonly element = h("div", { class: "acting no-print" });
  private readonly problem = h("div", { role: "alert" });
  private submit: HTMLButtonElement | null = null;

  constructor(
    private readonly desk: OfficeDesk,
    private readonly acts: ActingActs,
  ) {}

  private filing(): Filing | null {
    return this.desk.current()?.filing ?? null;
  }

  render(): void {
    const filing = this.filing();
    if (filing === null) return;
    const actions = offered(filing, (right, code) => this.desk.signedIn.may(right, code));
    const { action } = this.desk.draft();
    const open = action !== null && actions.includes(action) ? action : null;
    const buttons = actions.map((one) => this.actionButton(one, one === open));
    const row = buttons.length > 0 ? h("div", { class: "row wrap", id: "actions" }, ...buttons) : null;
    this.problem.replaceChildren();
    fillBox(this.element, section(t("of.acting"), h("p", { class: "muted" }, t(`of.waits.${filing.state}`)), row, open ? this.form(filing, open) : null));
  }

  private actionButton(action: Action, isOpen: boolean): HTMLElement {
    const attributes = { type: "button", id: `act-${action}`, "aria-expanded": String(isOpen), class: isOpen ? "button small is-open" : "button small" };
    return h("button", { ...attributes, onclick: () => this.toggle(action, isOpen) }, t(`of.act.${action}`));
  }

  private toggle(action: Action, isOpen: boolean): void {
    this.desk.keep({ action: isOpen ? null : action });
    this.render();
    this.acts.marked();
    if (!isOpen) this.element.querySelector<HTMLElement>("form input, form select, form textarea")?.focus();
  }

  private form(filing: Filing, action: Action): HTMLElement {
    const draft = this.desk.draft();
    const submit = h("button", { type: "submit", class: "button small strong", id: "take-step" }, t(`of.confirm.${action}`));
    this.submit = submit;
    const send = (event: Event): void => {
      event.preventDefault();
      void this.send(action);
    };
    const parts = action === "return" ? this.corrections(filing, draft) : action === "resubmit" ? this.answers(filing) : action === "record" ? [this.number(draft)] : [];
    const form = h("form", { class: "act-form", id: "act-form", onsubmit: send }, h("p", { class: "muted" }, t(`of.about.${action}`)), ...parts, this.note(draft), this.problem, h("div", { class: "row" }, submit));
    this.enable();
    return form;
  }

  /** A form that says too little cannot be sent; the server has the last word. */
  private enable(): void {
    if (this.submit) this.submit.disabled = this.desk.busy.get() || !isSendable(this.desk.draft());
  }

  private note(draft: Draft): HTMLElement {
    return this.area("note", t("of.note"), draft.note, (note) => this.desk.keep({ note }));
  }

  private number(draft: Draft): HTMLElement {
    const input = h("input", { id: "document-no", type: "text", maxlength: String(LONGEST_NUMBER), autocomplete: "off", spellcheck: "false", required: true, lang: "zh-CN" });
    input.value = draft.document;
    input.addEventListener("input", () => this.typed({ document: input.value }));
    return field(t("of.documentNo"), input, t("of.documentHint"));
  }

  private area(id: string, label: string | Node, value: string, keep: (text: string) => void): HTMLElement {
    const area = h("textarea", { id, rows: "2", maxlength: String(LONGEST_NOTE) });
    area.value = value;
    area.addEventListener("input", () => {
      keep(area.value);
      this.enable();
    });
    return h("div", { class: "field" }, h("label", { for: id }, label), area);
  }

  private typed(part: Partial<Draft>): void {
    this.desk.keep(part);
    this.enable();
  }

  /** Of a return: a row for each face that is wrong, chosen on the map, in the table or here. */
  private corrections(filing: Filing, { texts }: Draft): HTMLElement[] {
    const codes = Object.keys(texts);
    const rest = filing.units.filter(({ code }) => !codes.includes(code));
    const options = rest.map(({ code, name: text }) => [code, `${text} ${code}`] as const);
    const box = inChinese(select("correct-unit", [["", t("of.chooseUnit")], ...options], ""));
    box.addEventListener("change", () => box.value !== "" && this.take(box.value));
    const rows = codes.map((code, i) => this.correctionRow(filing, code, i + 1));
    return [h("ol", { class: "correction-rows", id: "corrections" }, ...rows), rest.length > 0 ? field(t("of.addCorrection"), box, t("of.addHint")) : h("p", {})];
  }

  private correctionRow(filing: Filing, code: string, number: number): HTMLElement {
    const label = h("span", {}, h("span", { class: "correction-mark" }, String(number)), this.unitName(filing, code), h("span", { class: "muted digits" }, ` ${code}`));
    return h("li", { "data-code": code }, this.textOf(code, label), button(t("of.dropCorrection"), () => this.drop(code), { id: `drop-${code}` }));
  }

  private textOf(code: string, label: Node): HTMLElement {
    return this.area(`text-${code}`, label, this.desk.draft().texts[code] ?? "", (text) => this.desk.keep({ texts: { ...this.desk.draft().texts, [code]: text } }));
  }

  private unitName(filing: Filing, code: string): HTMLElement {
    return name(filing.units.find((unit) => unit.code === code)?.name ?? code);
  }

  /** While a return is being written, a face that is chosen gets a row. */
  take(code: string): void {
    const { action, texts } = this.desk.draft();
    if (action !== "return" || this.filing()?.units.every((unit) => unit.code !== code)) return;
    if (!(code in texts)) this.desk.keep({ texts: { ...texts, [code]: "" } });
    this.render();
    this.acts.marked();
    document.getElementById(`text-${code}`)?.focus();
  }

  private drop(code: string): void {
    const { [code]: _, ...texts } = this.desk.draft().texts;
    this.desk.keep({ texts });
    this.render();
    this.acts.marked();
    document.getElementById("correct-unit")?.focus();
  }

  /** Of a resubmission: what was asked of each face, and what was done about it. */
  private answers(filing: Filing): HTMLElement[] {
    const rows = asked(filing).map(({ unit, text }, i) =>
      h(
        "li",
        { "data-code": unit },
        h("p", {}, h("span", { class: "correction-mark" }, String(i + 1)), this.unitButton(filing, unit)),
        words(text, "p", "step-note"),
        this.textOf(unit, document.createTextNode(t("of.whatWasDone"))),
      ),
    );
    return rows.length > 0 ? [h("ol", { class: "correction-rows", id: "corrections" }, ...rows)] : [];
  }

  private unitButton(filing: Filing, code: string): HTMLElement {
    return h("button", { type: "button", class: "link", onclick: () => this.acts.choose(code) }, this.unitName(filing, code), h("span", { class: "muted digits" }, ` ${code}`));
  }

  private async send(action: Action): Promise<void> {
    const sending = this.desk.act();
    this.enable();
    fillBox(this.problem, working(t("of.sending")));
    const error = await sending;
    if (error === null) return this.done(action);
    this.problem.replaceChildren(this.failed(error));
    this.enable();
    if (isSignedOut(error)) this.acts.signIn();
  }

  private done(action: Action): void {
    this.acts.say(() => t(`of.done.${action}`));
    this.acts.moved();
    document.getElementById("filing-title")?.closest<HTMLElement>(".filing")?.focus();
  }

  private failed(error: unknown): HTMLElement {
    const code = error instanceof Problem ? error.code : "unexpected";
    if (isSignedOut(error)) return h("p", { class: "problem", "data-failure": code }, t("of.signInAgain"));
    if (code === "illegal_transition") return h("p", { class: "problem", "data-failure": code }, t("of.elsewhere"));
    const { text, detail } = said(error);
    return h("div", { class: "problem", "data-failure": code }, h("p", {}, text), detail ? h("p", { class: "muted", lang: "en" }, detail) : null);
  }
}
