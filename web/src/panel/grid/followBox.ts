/** What became of a complaint or praise: asked by its number and code. */
import { followWord, type OwnWord } from "../../api/publicGrid";
import type { Receipt } from "../../grid/saying";
import { instant } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { fact } from "../card";
import { h } from "../dom";
import { Latest } from "../problems";
import { field, fillBox } from "../workbench/parts";

export class FollowBox {
  private readonly no = h("input", { id: "follow-no", type: "text", maxlength: "40", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  private readonly token = h("input", { id: "follow-token", type: "text", maxlength: "100", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "follow-error" });
  private readonly found = h("div", { id: "followed", "aria-live": "polite" });
  private readonly asking = new Latest();
  private word: OwnWord | null = null;

  constructor(private readonly box: HTMLElement) {}

  render(): void {
    const submit = h("button", { type: "submit", class: "button", id: "follow-ask" }, t("gr.followAsk"));
    const form = h("form", { id: "follow-form", novalidate: true, autocomplete: "off" }, field(t("gr.no"), this.no), field(t("gr.token"), this.token), this.failed, submit);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.ask({ no: this.no.value.trim(), token: this.token.value.trim() });
    };
    this.failed.textContent = "";
    fillBox(this.box, h("p", { class: "muted" }, t("gr.followText")), form, this.found);
    this.show();
  }

  ask({ no, token }: Receipt): void {
    [this.no.value, this.token.value] = [no, token];
    this.failed.textContent = no === "" || token === "" ? t("gr.followNeed") : "";
    this.word = null;
    this.show();
    if (no === "" || token === "") return;
    void this.asking.run(
      (signal) => followWord(no, token, signal),
      (word) => {
        this.word = word;
        this.show();
      },
      (error) => (this.failed.textContent = said(error).text),
    );
  }

  private show(): void {
    this.found.replaceChildren(...(this.word ? [facts(this.word)] : []));
  }
}

function facts(word: OwnWord): HTMLElement {
  const state = h("span", { class: "badge", "data-state": word.state }, t(`gr.state.${word.state}`));
  return h(
    "dl",
    { class: "facts" },
    fact(t("gr.no"), word.no),
    fact(t("gr.followState"), state),
    fact(t("gr.wordsKind"), t(`gr.${word.kind}`)),
    fact(t("gr.wordsSay"), h("span", { class: "told", lang: "zh-CN" }, word.text)),
    word.answer !== null && fact(t("gr.answer"), h("span", { class: "told", lang: "zh-CN" }, word.answer)),
    word.answered_at !== null && fact(t("gr.answeredAt"), instant(word.answered_at)),
  );
}
