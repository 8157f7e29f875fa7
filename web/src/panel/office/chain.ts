/** The chain of filings, proven anew: sound, or what is not as it was filed; and whether what was stamped is still in it. */
import { verifyFilings, type Proof } from "../../api/filings";
import { integer } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import { digestsIn } from "../../office/digests";
import type { Told } from "../../office/desk";
import { h } from "../dom";
import { Latest } from "../problems";
import { button, field, fillBox, section, working } from "../workbench/parts";
import { failure, type Ways } from "./words";

export class ChainPanel {
  readonly element = h("section", { class: "office-page" });
  private readonly answer = h("div", { "aria-live": "polite" });
  private readonly form = h("div", {});
  private told: Told<{ readonly proof: Proof; readonly asked: readonly string[] }> = { kind: "none" };
  private typed = "";
  private readonly latest = new Latest();

  constructor(private readonly ways: Ways) {
    this.element.append(this.answer, this.form);
  }

  load(): void {
    if (this.told.kind === "none") this.verify([]);
    else this.render();
  }

  private verify(asked: readonly string[]): void {
    this.tell({ kind: "working" });
    void this.latest.run(
      (signal) => verifyFilings(asked, signal),
      (proof) => this.tell({ kind: "told", answer: { proof, asked } }),
      (error) => this.tell({ kind: "failed", error }),
    );
  }

  private tell(told: ChainPanel["told"]): void {
    this.told = told;
    this.render();
  }

  render(): void {
    const { told } = this;
    document.documentElement.dataset["chain"] = told.kind;
    this.renderForm();
    if (told.kind === "failed") return fillBox(this.answer, failure(told.error, { ...this.ways, retry: () => this.verify([]) }));
    if (told.kind !== "told") return fillBox(this.answer, working(t("of.chain.working")));
    fillBox(this.answer, this.verdict(told.answer.proof, told.answer.asked));
  }

  private verdict(proof: Proof, asked: readonly string[]): HTMLElement {
    const own = proof.faults.filter(({ rule }) => rule !== "digest_unknown");
    const unknown = proof.faults.filter(({ rule }) => rule === "digest_unknown");
    const isSound = own.length === 0;
    return section(
      t("of.chain.title"),
      h("p", { class: isSound ? "verdict is-good" : "verdict is-bad", id: "chain-verdict" }, t(isSound ? "of.chain.sound" : "of.chain.broken", { n: integer(own.length) })),
      asked.length > 0 ? h("p", { class: unknown.length === 0 ? "verdict is-good" : "verdict is-bad", id: "digest-verdict" }, t(unknown.length === 0 ? "of.chain.known" : "of.chain.unknown")) : null,
      h("dl", { class: "filing-facts" }, fact(t("of.chain.filings"), integer(proof.filings)), fact(t("of.chain.entries"), integer(proof.entries)), fact(t("of.chain.head"), h("code", { class: "digest" }, proof.head))),
      proof.faults.length === 0 ? null : h("ul", { id: "faults" }, ...proof.faults.map(faultLine)),
      button(t("of.chain.again"), () => this.verify([]), { id: "verify-again" }),
    );
  }

  private renderForm(): void {
    const box = h("textarea", { id: "digest", rows: "2", spellcheck: "false", autocomplete: "off" });
    box.value = this.typed;
    box.addEventListener("input", () => (this.typed = box.value));
    const problem = h("p", { class: "field-error", role: "alert", id: "digest-problem" });
    const send = (event: Event): void => {
      event.preventDefault();
      const found = digestsIn(box.value);
      if (found === null) problem.textContent = t("of.chain.badDigest");
      else this.verify(found);
    };
    fillBox(this.form, section(t("of.chain.form"), h("form", { class: "digest-form", onsubmit: send }, field(t("of.chain.digest"), box, t("of.chain.hint")), problem, h("button", { type: "submit", class: "button small", id: "check-digest" }, t("of.chain.check")))));
  }
}

const fact = (term: string, said: Node | string): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", {}, said));

function faultLine({ filing, entry, rule, what }: Proof["faults"][number]): HTMLElement {
  const where = filing === null ? null : h("a", { href: `#filing=${filing}`, class: "digits" }, filing);
  return h("li", { class: "finding is-error", "data-rule": rule }, h("div", {}, h("strong", {}, tOr(`of.fault.${rule}`, rule)), " ", where, entry === null ? null : ` ${t("of.entry", { n: entry })}`, h("p", { class: "muted", lang: "en" }, what)));
}
