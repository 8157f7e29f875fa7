/** The page of indicators: the question, the table, and what the indicators mean. */
import { getUnit } from "../../api/endpoints";
import { getIndicators, workbookAddress, type IndicatorRow, type IndicatorTable, type Meaning, type Side } from "../../api/indicators";
import { Problem, type Query } from "../../api/client";
import type { Meta } from "../../api/types";
import { BY_CODE, nextOrder, type Order } from "../../indicators/order";
import { below, BREAKDOWNS, daysOf, isAskable, PERIODS, queryOf, readQuestion, wayTo, writeQuestion, type Breakdown, type PeriodName, type Question } from "../../indicators/question";
import { instant, integer } from "../../i18n/format";
import { language, named, t } from "../../i18n/i18n";
import { cityDay } from "../../model/period";
import { said } from "../../workbench/problemWords";
import type { SignedIn } from "../../workbench/session";
import { startAccount } from "../account";
import { byId, h, name } from "../dom";
import { Latest } from "../problems";
import { button, field, fillBox, select, working } from "../workbench/parts";
import { askToSignIn } from "../workbench/signIn";
import { showList } from "./list";
import { MOST_ROWS, renderTable, rowText } from "./table";

const NONE = "-"; // in an address: the row that has no code

export class IndicatorsPage {
  private question: Question = readQuestion(location.hash);
  private table: IndicatorTable | null = null;
  private asked: Query = {};
  private order: Order = BY_CODE;
  private most = MOST_ROWS;
  private readonly names = new Map<string, string>();
  private readonly latest = new Latest();
  private readonly showAccount: () => void;

  constructor(
    private readonly meta: Meta,
    private readonly signedIn: SignedIn,
  ) {
    window.addEventListener("hashchange", () => {
      if (writeQuestion(readQuestion(location.hash)) !== writeQuestion(this.question)) this.change(readQuestion(location.hash));
    });
    byId("question").addEventListener("submit", (event) => event.preventDefault());
    this.showAccount = startAccount({ signedIn, signIn: () => this.signIn(), signOut: () => this.signOut() });
    this.translate();
    this.load();
  }

  translate(): void {
    this.showAccount();
    this.renderQuestion();
    this.renderWay();
    this.renderTable();
  }

  private change(part: Partial<Question>): void {
    this.question = { ...this.question, ...part };
    this.order = BY_CODE;
    this.most = MOST_ROWS;
    history.replaceState(null, "", writeQuestion(this.question));
    this.renderQuestion();
    this.renderWay();
    this.load();
  }

  private load(): void {
    byId("problem").replaceChildren();
    if (!isAskable(this.question)) return this.latest.cancel();
    document.documentElement.dataset["indicators"] = "loading";
    fillBox(byId("status"), working(t("in.loading")));
    const query = queryOf(this.question, cityDay(Date.now()));
    void this.latest.run(
      (signal) => getIndicators(query, signal),
      (table) => {
        this.table = table;
        this.asked = query;
        document.documentElement.dataset["indicators"] = "ready";
        this.renderTable();
      },
      (error) => this.fail(error),
    );
  }

  private fail(error: unknown): void {
    document.documentElement.dataset["indicators"] = "failed";
    byId("status").replaceChildren();
    this.table = null;
    this.renderTable();
    const isSignedOut = error instanceof Problem && error.code === "not_signed_in";
    const act = isSignedOut ? button(t("wb.signIn"), () => this.signIn(), { id: "sign-in-here" }) : button(t("error.retry"), () => this.load());
    byId("problem").replaceChildren(h("div", { class: "problem" }, h("p", {}, isSignedOut ? t("in.signedOut") : said(error).text), act));
  }

  private renderQuestion(): void {
    const { by, family, period, range } = this.question;
    const breakdown = select("by", BREAKDOWNS.map((one) => [one, t(`in.by.${one}`)] as const), by);
    breakdown.addEventListener("change", () => this.change({ by: breakdown.value as Breakdown }));
    const span = select("period", PERIODS.map((one) => [one, t(`in.period.${one}`)] as const), period);
    span.addEventListener("change", () => this.change({ period: span.value as PeriodName, range: daysOf(this.question, cityDay(Date.now())) }));
    const families = select("family", [["", t("incidents.allFamilies")], ...this.meta.families.map((one) => [one.code, named(one)] as const)], family);
    families.addEventListener("change", () => this.change({ family: families.value }));
    const file = h("a", { class: "button small strong", id: "workbook", href: this.fileAddress(), download: "" }, t("in.workbook"));
    const dates = period === "custom" ? (["first", "last"] as const).map((side) => this.dateField(side)) : [];
    fillBox(byId("question"), field(t("in.by"), breakdown), field(t("in.period"), span), ...dates, field(t("incidents.family"), families), file);
    if (!isAskable({ ...this.question, range })) byId("status").replaceChildren(t("in.badRange"));
  }

  private dateField(side: "first" | "last"): HTMLElement {
    const box = h("input", { type: "date", id: `date-${side}` });
    box.value = this.question.range[side] ?? "";
    box.addEventListener("change", () => this.change({ range: { ...this.question.range, [side]: box.value || null } }));
    return field(t(side === "first" ? "incidents.from" : "incidents.to"), box);
  }

  private fileAddress(): string {
    return workbookAddress(queryOf(this.question, cityDay(Date.now())));
  }

  /** From the whole down to the unit that is looked into. */
  private renderWay(): void {
    const { within } = this.question;
    const up = (text: Node | string, code: string): HTMLElement =>
      h("button", { type: "button", class: "link", onclick: () => this.enter(code) }, text);
    const steps = wayTo(within).map((code) => {
      const known = this.names.get(code);
      if (known === undefined) void this.learn(code);
      const shown = known === undefined ? code : name(known);
      return code === within ? h("strong", {}, shown) : up(shown, code);
    });
    const whole = within === "" ? h("strong", {}, t("in.everywhere")) : up(t("in.everywhere"), "");
    fillBox(byId("way"), whole, ...steps.flatMap((step) => [" › ", step]));
  }

  private async learn(code: string): Promise<void> {
    this.names.set(code, code); // asked once
    try {
      this.names.set(code, (await getUnit(code)).properties.name);
      this.renderWay();
    } catch {
      // the code stands for the name
    }
  }

  /** Look into a unit, by what lies directly below it. */
  private enter(code: string): void {
    const by = ({ 0: "county", 6: "town", 9: "village", 12: "grid" } as const)[code.length as 0 | 6 | 9 | 12] ?? "grid";
    this.change({ within: code, by });
  }

  private renderTable(): void {
    const { table } = this;
    byId("meanings").hidden = table === null;
    byId("table").hidden = table === null;
    if (!table) return;
    const rows = table.rows.length === 0 ? t("in.nothing") : t("in.rows", { n: integer(table.rows.length) });
    byId("status").replaceChildren(`${rows} ${t("in.madeAt", { at: instant(table.made_at) })}`);
    const canOpen = below(table.by as Breakdown) !== null;
    const parts = renderTable(
      { table, order: this.order, most: this.most },
      {
        list: (row, meaning, side) => this.list(row, meaning, side),
        sort: (indicator) => this.redraw(() => (this.order = nextOrder(this.order, indicator))),
        open: canOpen ? (code) => this.enter(code) : null,
        more: () => this.redraw(() => (this.most += MOST_ROWS)),
      },
    );
    fillBox(byId("table"), ...parts);
    this.renderMeanings(table.indicators);
  }

  private redraw(change: () => void): void {
    change();
    this.renderTable();
  }

  private renderMeanings(indicators: readonly Meaning[]): void {
    const english = language.get() === "en";
    const lines = indicators.map((one) => [
      h("dt", {}, named(one)),
      h("dd", {}, `${t("in.numerator")}: ${english ? one.numerator_en : one.numerator_zh}`),
      h("dd", {}, `${t("in.denominator")}: ${english ? one.denominator_en : one.denominator_zh}`),
    ]);
    byId("meanings").replaceChildren(h("summary", {}, t("in.meanings")), h("p", {}, t("in.books")), h("dl", {}, ...lines.flat()));
  }

  private list(row: IndicatorRow, meaning: Meaning, side: Side): void {
    const isTotal = row === this.table?.total;
    const of = isTotal ? {} : { row: row.code ?? NONE };
    const where = isTotal ? t("in.total") : rowText(row, String(this.asked["by"]));
    const english = language.get() === "en";
    const counted = side === "numerator" ? [meaning.numerator_zh, meaning.numerator_en] : [meaning.denominator_zh, meaning.denominator_en];
    showList({
      title: `${where} · ${named(meaning)} · ${t(side === "numerator" ? "in.numerator" : "in.denominator")}`,
      meaning: counted[english ? 1 : 0]!,
      query: { ...this.asked, indicator: meaning.code, part: side, ...of },
    });
  }

  private async signOut(): Promise<void> {
    await this.signedIn.signOut();
    this.load();
  }

  private signIn(): void {
    askToSignIn({ signedIn: this.signedIn, midWork: false, title: t("in.signInTitle"), text: t("in.signedOut"), done: () => this.load(), givenUp: () => undefined });
  }
}
