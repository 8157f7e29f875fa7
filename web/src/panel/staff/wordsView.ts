/** The tab of complaints and praise: for those who supervise service, with answering; for those who serve, what was answered. */
import { answerWord, listAnswered, listWords, lookAtContact, STATES, type ServiceWord, type ServiceWords } from "../../api/serviceWords";
import { instant, integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { button, field, fillBox, select, type Option } from "../workbench/parts";
import { askFor, askWords } from "./asking";
import { DataTable, type Column } from "./table";
import { View } from "./view";
import { gridCell, tag } from "./words";

export class WordsView extends View<ServiceWords> {
  private state = "received";
  private readonly table = new DataTable<ServiceWord>("words");
  private readonly contact = h("p", { role: "status", id: "word-contact" });

  private isSupervisor(): boolean {
    return this.around.signedIn.may("service_word.read", this.place);
  }

  protected ask(place: string, signal: AbortSignal): Promise<ServiceWords> {
    return this.isSupervisor() ? listWords(place, this.state, signal) : listAnswered(place, signal);
  }

  protected render({ words, truncated }: ServiceWords): void {
    const count = h("p", { class: "muted", role: "status", id: "words-count" }, t("st.wordsCount", { n: integer(words.length) }));
    const text = h("p", {}, t(this.isSupervisor() ? "st.wordsText" : "st.wordsAnsweredText"));
    const more = truncated && h("p", { class: "notice" }, t("st.truncated"));
    fillBox(this.element, h("div", { class: "staff-main" }, text, this.isSupervisor() && this.stateField(), count, more, this.contact, this.table.element));
    this.table.show(words, { id: "words", caption: t("st.tab.words"), columns: this.columns(), key: ({ no }) => no, empty: t("st.noWords") });
  }

  private stateField(): HTMLElement {
    const options: Option<string>[] = [["", t("st.allStates")], ...STATES.map((one): Option<string> => [one, t(`st.word.${one}`)])];
    const box = select("word-state", options, this.state);
    box.addEventListener("change", () => {
      this.state = box.value;
      this.contact.replaceChildren();
      this.load();
    });
    return h("div", { class: "staff-tools" }, field(t("st.state"), box));
  }

  private columns(): Column<ServiceWord>[] {
    const answer = (one: ServiceWord): Node | string =>
      one.answer === null ? tag(t("st.word.received"), "bad") : h("span", {}, name(one.answer), one.answered_at && h("span", { class: "under" }, instant(one.answered_at)));
    const acts: Column<ServiceWord> = { key: "act", title: t("st.answer"), isActs: true, cell: (one) => this.acts(one) };
    return [
      { key: "no", title: t("st.number"), value: (one) => one.no, cell: (one) => h("span", {}, tag(t(`st.word.${one.kind}`), one.kind === "praise" ? "good" : "plain"), h("span", { class: "under" }, one.no)) },
      { key: "received", title: t("st.receivedAt"), value: (one) => one.received_at, cell: (one) => instant(one.received_at) },
      { key: "grid", title: t("st.grid"), value: (one) => one.grid_code, cell: (one) => gridCell({ code: one.grid_code, name: one.grid_name }) },
      { key: "worker", title: t("st.worker"), value: (one) => one.worker, cell: (one) => (one.worker === null ? "—" : name(one.worker)) },
      { key: "text", title: t("st.said"), cell: (one) => h("span", { class: "long", lang: "zh-CN" }, one.text) },
      { key: "answer", title: t("st.answer"), cell: answer },
      ...(this.isSupervisor() ? [acts] : []),
    ];
  }

  private acts(one: ServiceWord): HTMLElement {
    const { signedIn } = this.around;
    const mayAnswer = one.state === "received" && signedIn.may("service_word.answer", one.grid_code);
    const reply = mayAnswer && button(t("st.answerIt"), () => this.askAnswer(one), { id: `answer-${one.no}`, strong: true });
    const mayAsk = one.has_contact === true && signedIn.may("service_word.contact", one.grid_code);
    const who = mayAsk && button(t("st.contact"), () => void this.showContact(one), { id: `contact-${one.no}` });
    return h("span", { class: "row" }, reply || null, who || null);
  }

  private askAnswer(one: ServiceWord): void {
    askFor({
      title: t("st.answerIt"),
      text: t("st.answerText"),
      asked: [askWords("answer", `${t("st.answer")} · ${one.no}`)],
      yes: t("st.answerIt"),
      send: async ({ answer }) => {
        await this.around.signedIn.withToken((csrf) => answerWord(one.no, answer!, csrf));
        this.around.say(() => t("st.answered", { no: one.no }));
        this.load();
      },
    });
  }

  /** Each look is written down by the server; so it is asked for, never shown by itself. */
  private async showContact(one: ServiceWord): Promise<void> {
    try {
      const { contact } = await this.around.signedIn.withToken((csrf) => lookAtContact(one.no, csrf));
      fillBox(this.contact, `${one.no} · ${t("st.contact")}: `, name(contact));
    } catch (error) {
      fillBox(this.contact, said(error).text);
    }
  }
}
