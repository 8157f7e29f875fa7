/** Checking, effects and the steps of a change set's life. */
import type { CheckAnswer, ChangeSet, Effects } from "../../api/changeSets";
import { getFilingOf } from "../../api/filings";
import { instant } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { cityDay } from "../../model/period";
import type { Desk } from "../../workbench/desk";
import { said } from "../../workbench/problemWords";
import type { Review, Told } from "../../workbench/review";
import { h } from "../dom";
import { askForDay, askWhether } from "./asking";
import { effectsView } from "./effectsTable";
import { findingCount, findingList } from "./findings";
import { button, fillBox, section, words, working } from "./parts";

export class ReviewPanel {
  readonly element = h("div", { class: "review" });
  private readonly steps = h("div", { class: "steps" });
  private readonly outcome = h("div", { class: "outcome", "aria-live": "polite" });
  private readonly effects = h("div", {});
  private filing: { readonly set: number; readonly no: string | null } | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly review: Review,
  ) {
    this.element.append(this.steps, this.outcome, this.effects);
  }

  render(): void {
    const set = this.desk.store.changeSet.get();
    if (set === null) return fillBox(this.steps);
    fillBox(this.steps, section(t("wb.steps"), this.stepRow(set), this.progress(set)));
    this.renderOutcome();
    this.renderEffects();
    void this.findFiling(set);
  }

  private stepRow(set: ChangeSet): HTMLElement {
    const busy = this.review.busy.get();
    const open = this.desk.store.readOnly.get() === null;
    const count = this.desk.store.commands().length;
    const saved = this.desk.saver.state.get().kind === "saved";
    const may = (right: "change_set.decide" | "change_set.withdraw" | "change_set.open"): boolean =>
      this.desk.signedIn.may(right, set.scope);
    const editable = set.state === "draft" || set.state === "checked";
    const parts = [
      open
        ? button(t("wb.check"), () => void this.review.checkNow(), { icon: "check", disabled: busy || count === 0 || !saved, id: "check" })
        : null,
      open
        ? button(t(may("change_set.decide") ? "wb.handInDecide" : "wb.handIn"), () => void this.handIn(set), {
            strong: true,
            disabled: busy || count === 0 || !saved,
            id: "hand-in",
          })
        : null,
      (editable && open) || (set.state === "county_decided" && may("change_set.decide"))
        ? button(t("wb.withdraw"), () => void this.withdraw(), { danger: true, disabled: busy, id: "withdraw" })
        : null,
      ["county_decided", "in_force"].includes(set.state) && may("change_set.open")
        ? button(t("wb.reverse"), () => void this.reverse(), { disabled: busy, id: "reverse" })
        : null,
    ];
    const waits = open && !saved && count > 0 ? h("p", { class: "muted" }, t("wb.checkWhenSaved")) : null;
    return h("div", {}, h("div", { class: "row wrap" }, ...parts), waits);
  }

  private progress(set: ChangeSet): HTMLElement {
    const lines = [
      set.checked_at && t("wb.checkedAt", { at: instant(set.checked_at) }),
      set.decided_at && t("wb.decidedAt", { at: instant(set.decided_at), who: set.decided_by ?? t("wb.operator") }),
      set.effective_at && set.decided_at && t("wb.effectiveAt", { at: instant(set.effective_at) }),
      set.withdrawn_at && t("wb.withdrawnAt", { at: instant(set.withdrawn_at) }),
    ];
    const filing = this.filing?.set === set.id && this.filing.no ? filingLinks(this.filing.no) : null;
    return h("div", { class: "progress" }, ...lines.filter(Boolean).map((text) => words(text as string, "p", "muted")), filing);
  }

  private async findFiling(set: ChangeSet): Promise<void> {
    if (set.decided_at === null || this.filing?.set === set.id) return;
    this.filing = { set: set.id, no: null };
    try {
      this.filing = { set: set.id, no: await getFilingOf(set.id, set.scope) };
    } catch {
      this.filing = null; // not everybody may see filings; the set itself is shown all the same
      return;
    }
    if (this.filing.no !== null) this.render();
  }

  private renderOutcome(): void {
    const check = this.review.check.get();
    const told = check.kind === "told" ? check.answer : null;
    const effects = answerOf(this.review.effects.get());
    if (check.kind === "working") return fillBox(this.outcome, working(t("wb.checking")));
    const { errors, warnings } = findingCount(told, effects);
    const list = errors + warnings > 0 || (told?.conflicts ?? []).length > 0 ? findingList(this.desk, told, effects) : null;
    fillBox(
      this.outcome,
      section(t("wb.findings", { errors, warnings }), this.desk.store.readOnly.get() === null ? this.verdict(check) : null, list),
    );
  }

  /** What the last check said, here or wherever the set was checked before this page was opened. */
  private verdict(check: Told<CheckAnswer>): HTMLElement {
    if (check.kind === "failed") {
      const { text, detail } = said(check.error);
      return h("div", { class: "problem" }, h("p", {}, text), detail ? h("p", { class: "muted", lang: "en" }, detail) : null);
    }
    const set = this.desk.store.changeSet.get();
    const decides = set !== null && this.desk.signedIn.may("change_set.decide", set.scope);
    const passed = t(decides ? "wb.checkOk" : "wb.checkWaits");
    if (check.kind !== "told")
      return set?.state === "checked"
        ? h("p", { class: "verdict is-good", id: "verdict" }, passed)
        : h("p", { class: "muted" }, t("wb.notChecked"));
    const { ok, ended, begun, technical } = check.answer;
    const counts = t("wb.checkCounts", { ended: ended.length, begun: begun.length, technical: technical.length });
    return h(
      "p",
      { class: ok ? "verdict is-good" : "verdict is-bad", id: "verdict" },
      ok ? passed : t("wb.checkBad"),
      ok ? ` ${counts}` : "",
    );
  }

  private renderEffects(): void {
    const told = this.review.effects.get();
    if (told.kind === "working") return fillBox(this.effects, working(t("wb.effectsWorking")));
    if (told.kind === "none") return fillBox(this.effects);
    if (told.kind === "failed") {
      const { text, detail } = said(told.error);
      const again = button(t("error.retry"), () => this.review.readEffects(0));
      return fillBox(
        this.effects,
        section(
          t("wb.effectsTitle"),
          h("div", { class: "problem" }, h("p", {}, text), detail ? h("p", { class: "muted", lang: "en" }, detail) : null, again),
        ),
      );
    }
    const old = told.commands !== this.desk.store.commands().length ? h("p", { class: "muted" }, t("wb.effectsOld")) : null;
    fillBox(this.effects, old, effectsView(this.desk, told.answer));
  }

  private async handIn(set: ChangeSet): Promise<void> {
    if (!this.desk.signedIn.may("change_set.decide", set.scope)) return void (await this.review.handIn(null));
    const day = await askForDay(t("wb.handInDecide"), t("wb.decideText"), t("wb.effectiveOn"), set.effective_on ?? cityDay(Date.now()));
    if (day !== null) await this.review.handIn(day);
  }

  private async withdraw(): Promise<void> {
    if (await askWhether(t("wb.withdraw"), t("wb.withdrawText"), t("wb.withdraw"))) await this.review.withdraw();
  }

  private async reverse(): Promise<void> {
    if (await askWhether(t("wb.reverse"), t("wb.reverseText"), t("wb.reverse"))) await this.review.reverse();
  }
}

function answerOf(told: Told<Effects>): Effects | null {
  return told.kind === "told" ? told.answer : null;
}


function filingLinks(no: string): HTMLElement {
  const address = `/api/v1/filings/${encodeURIComponent(no)}`;
  return h(
    "p",
    { class: "filing" },
    `${t("wb.filing")} `,
    h("a", { href: `${address}.pdf`, target: "_blank", rel: "noopener", id: "filing-link" }, no),
    " · ",
    h("a", { href: address, target: "_blank", rel: "noopener" }, "JSON"),
  );
}
