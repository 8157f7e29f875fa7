/** What the checks say about the change set behind a filing, as far as the account may see it. */
import { ChangeSets, type Effects } from "../../api/changeSets";
import { Problem } from "../../api/client";
import type { Filing } from "../../api/filings";
import { integer } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import type { Told } from "../../office/desk";
import { said } from "../../workbench/problemWords";
import type { SignedIn } from "../../workbench/session";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { button, fillBox, icon, section, working } from "../workbench/parts";

export class FindingsBox {
  readonly element = h("div", { class: "findings-box" });
  private told: Told<Effects> = { kind: "none" };
  private filing: Filing | null = null;
  private readonly latest = new Latest();
  private readonly sets: ChangeSets;

  constructor(private readonly signedIn: SignedIn) {
    this.sets = new ChangeSets(signedIn.token);
  }

  load(filing: Filing): Promise<void> {
    this.filing = filing;
    this.tell({ kind: "working" });
    if (!this.signedIn.may("change_set.read", filing.scope)) return Promise.resolve(this.tell({ kind: "none" }));
    return this.latest.run(
      (signal) => this.sets.effects(filing.change_set, null, signal),
      (answer) => this.tell({ kind: "told", answer }),
      (error) => this.tell(error instanceof Problem && error.code === "forbidden" ? { kind: "none" } : { kind: "failed", error }),
    );
  }

  private tell(told: Told<Effects>): void {
    this.told = told;
    this.render();
  }

  render(): void {
    const { told } = this;
    if (told.kind === "none") return fillBox(this.element);
    fillBox(this.element, section(t("of.findings"), told.kind === "working" ? working(t("of.findingsWorking")) : told.kind === "failed" ? this.failed(told.error) : findings(told.answer)));
  }

  private failed(error: unknown): HTMLElement {
    return h("div", { class: "problem" }, h("p", {}, said(error).text), button(t("error.retry"), () => this.filing && void this.load(this.filing)));
  }
}

/** As many warnings as are read at a glance; the rest is one press away. */
const AT_A_GLANCE = 4;

type Warning = readonly [text: string, name: string, code: string];

/** The larger units first. */
function findings({ units, incidents, duties }: Effects): HTMLElement {
  const rows = units
    .flatMap((unit) => unit.warnings.map((code): Warning => [tOr(`warning.${code}`, code), unit.after?.name ?? unit.before?.name ?? unit.code, unit.code]))
    .sort((a, b) => a[2].length - b[2].length);
  const moved = incidents.filter(({ from, to }) => from !== to).reduce((sum, { count }) => sum + count, 0);
  const rest = rows.slice(AT_A_GLANCE);
  return h(
    "div",
    { id: "findings" },
    rows.length === 0 ? h("p", { class: "verdict is-good" }, t("of.noFindings")) : warnings(rows.slice(0, AT_A_GLANCE)),
    rest.length === 0 ? null : h("details", { class: "more" }, h("summary", {}, t("of.moreFindings", { n: rest.length })), warnings(rest)),
    h("p", { class: "muted" }, t("of.concerned", { incidents: integer(moved), duties: integer(duties.length) })),
  );
}

function warnings(rows: readonly Warning[]): HTMLElement {
  const line = ([text, label, code]: Warning): HTMLElement =>
    h("li", { class: "finding is-warning" }, icon("warning"), h("div", {}, text, h("p", { class: "muted" }, name(label), ` · ${code}`)));
  return h("ul", {}, ...rows.map(line));
}
