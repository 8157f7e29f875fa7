/** The form of a complaint or praise. What was written stays until the server has it; then it is in no place of this browser. */
import { Problem } from "../../api/client";
import type { NewWord, PlaceName, WordKind } from "../../api/publicGrid";
import { getSetting } from "../../api/settings";
import { Saying, type Receipt } from "../../grid/saying";
import { integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { fact } from "../card";
import { h } from "../dom";
import { button, field, fillBox, segments, words } from "../workbench/parts";
import { minutes } from "./waiting";

/** The product's default, told until the city's own is known. */
const DEFAULT_DAYS = 90;
const LONGEST = "2000";

export class WordsBox {
  private readonly text = h("textarea", { id: "words-text", rows: "4", maxlength: LONGEST });
  private readonly contact = h("input", { id: "words-contact", type: "text", maxlength: "200", autocomplete: "off" });
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "words-error" });
  private readonly saying = new Saying();
  private kind: WordKind = "complaint";
  private about: PlaceName | null = null;
  private receipt: Receipt | null = null;
  private isSending = false;
  private days: number | null = null;

  constructor(
    private readonly box: HTMLElement,
    private readonly follow: (receipt: Receipt) => void,
  ) {}

  /** What was written goes on being about the grid that is shown. */
  setAbout(about: PlaceName | null): void {
    if (about?.code === this.about?.code) return;
    this.about = about;
    this.render();
  }

  render(): void {
    this.failed.textContent = "";
    if (this.receipt) return this.showReceipt(this.receipt);
    const text = h("p", { class: "muted" }, t("gr.wordsText"));
    if (this.about === null) return fillBox(this.box, text, h("p", { class: "told", id: "words-first" }, t("gr.wordsFind")));
    fillBox(this.box, text, this.form(this.about));
  }

  private form(about: PlaceName): HTMLElement {
    const kinds = segments<WordKind>("words-kind", t("gr.wordsKind"), [["complaint", t("gr.complaint")], ["praise", t("gr.praise")]], this.kind, (kind) => (this.kind = kind));
    const hint = t("gr.wordsContactHint", { n: integer(this.days ?? DEFAULT_DAYS) });
    const send = h("button", { type: "submit", class: "button strong", id: "words-send" }, t(this.isSending ? "gr.wordsSending" : "gr.wordsSend"));
    const parts = [words(t("gr.wordsAbout", { name: about.name }), "p", "about"), kinds, field(t("gr.wordsSay"), this.text), field(t("gr.wordsContact"), this.contact, hint), this.failed, send];
    const form = h("form", { id: "words-form", novalidate: true, autocomplete: "off", onfocusin: () => this.learnDays() }, ...parts);
    form.onsubmit = (event) => {
      event.preventDefault();
      void this.send(about);
    };
    return form;
  }

  /** Asked when somebody begins to write, not of everybody who looks. */
  private learnDays(): void {
    if (this.days !== null) return;
    this.days = DEFAULT_DAYS;
    void getSetting<number>("contact.keep_days")
      .then((days) => {
        this.days = days ?? DEFAULT_DAYS;
        const hint = document.getElementById("words-contact-hint");
        if (hint) hint.textContent = t("gr.wordsContactHint", { n: integer(this.days) });
      })
      .catch(() => undefined);
  }

  private async send(about: PlaceName): Promise<void> {
    if (this.isSending) return;
    const text = this.text.value.trim();
    this.failed.textContent = text === "" ? t("gr.wordsNeed") : "";
    if (text === "") return this.text.focus();
    this.sending(true);
    try {
      const word: NewWord = { grid_code: about.code, kind: this.kind, text, contact: this.contact.value.trim() || null };
      this.receipt = await this.saying.say(word);
      this.text.value = this.contact.value = "";
      this.isSending = false;
      this.render();
      this.box.querySelector<HTMLElement>("#words-done")?.focus();
    } catch (error) {
      this.sending(false);
      this.failed.textContent = failure(error);
    }
  }

  private sending(is: boolean): void {
    this.isSending = is;
    const send = this.box.querySelector("#words-send");
    if (send) send.textContent = t(is ? "gr.wordsSending" : "gr.wordsSend");
  }

  private showReceipt(receipt: Receipt): void {
    const facts = h("dl", { class: "facts" }, fact(t("gr.no"), h("span", { class: "token", id: "words-no" }, receipt.no)), fact(t("gr.token"), h("span", { class: "token", id: "words-token" }, receipt.token)));
    const more = button(t("gr.wordsMore"), () => this.more(), { id: "words-more" });
    const follow = button(t("gr.follow"), () => this.follow(receipt), { id: "words-follow" });
    fillBox(this.box, h("p", { class: "notice good", id: "words-done", tabindex: "-1" }, t("gr.wordsDone")), facts, h("div", { class: "acts" }, follow, more));
  }

  private more(): void {
    this.receipt = null;
    this.render();
    this.text.focus();
  }
}

function failure(error: unknown): string {
  if (error instanceof Problem && error.status === 429) return t("gr.wordsMany", { n: minutes(error) });
  const { text } = said(error);
  const isPassing = !(error instanceof Problem) || error.status === 0 || error.status >= 500;
  return isPassing ? `${text} ${t("gr.wordsKept")}` : text;
}
