/** A filing whole: its head, the map, what changes, what is to be done, and all that was done. */
import { getUnitsIn } from "../../api/asOf";
import { formAddress } from "../../api/filings";
import { day, instant } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { facesOf, faceOf, levelsOf, sidesAt, type FiledFace, type Sides } from "../../map/filing/faces";
import { standing } from "../../office/steps";
import type { OfficeDesk, OpenFiling } from "../../office/desk";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { button, fillBox, section, working } from "../workbench/parts";
import { reasonName } from "../workbench/reasonBox";
import { Acting } from "./acting";
import { Documents } from "./documents";
import { FindingsBox } from "./findings";
import { historyList } from "./history";
import { MapBox } from "./mapBox";
import { printFigure } from "./printMap";
import { movesTable, unitsTable } from "./tables";
import { failure, stateChip, type Ways } from "./words";

export interface FilingActs extends Ways {
  readonly close: () => void;
  /** A step was taken: the lanes are another. */
  readonly moved: () => void;
  readonly say: (text: () => string) => void;
}

export class FilingPanel {
  readonly element = h("section", { class: "filing", tabindex: "-1" });
  private readonly head = h("div", { class: "filing-head" });
  private readonly overtaken = h("div", { role: "alert" });
  private readonly body = h("div", { class: "filing-body" });
  private readonly units = h("div", {});
  private readonly record = h("div", { class: "filing-record" });
  private readonly print = h("div", { class: "print-only" });
  private readonly map: MapBox;
  private readonly acting: Acting;
  private readonly documents: Documents;
  private readonly findings: FindingsBox;
  private readonly around = new Latest();
  private shown: OpenFiling | null = null;
  private sides: Sides | null = null;
  private chosen: string | null = null;

  constructor(
    private readonly desk: OfficeDesk,
    private readonly acts: FilingActs,
  ) {
    this.map = new MapBox((code) => this.choose(code), (level) => this.showLevel(level));
    this.acting = new Acting(desk, { ...acts, choose: (code) => this.choose(code, false), marked: () => this.mark() });
    this.documents = new Documents(desk, acts);
    this.findings = new FindingsBox(desk.signedIn);
    const left = h("div", { class: "filing-left" }, this.map.element, this.print, this.units);
    const right = h("div", { class: "filing-right" }, this.acting.element, this.findings.element, this.documents.element, this.record);
    this.body.append(left, right);
    desk.overtaken.subscribe(() => this.renderOvertaken());
  }

  /** Shows what the desk has open; the same filing a step further keeps its map as it is looked at. */
  render(): void {
    this.element.setAttribute("aria-label", t("of.filing"));
    const told = this.desk.open.get();
    document.documentElement.dataset["filing"] = told.kind;
    if (told.kind !== "told") return this.renderOther(told);
    const isOther = this.shown?.filing.no !== told.answer.filing.no;
    this.shown = told.answer;
    fillBox(this.element, this.overtaken, this.head, this.body);
    this.renderOvertaken();
    this.renderHead(told.answer);
    if (isOther) this.begin(told.answer);
    this.acting.render();
    this.documents.render();
    this.findings.render();
    this.renderUnits();
    fillBox(this.record, section(t("of.history"), historyList(told.answer.filing, (code) => this.choose(code))));
    this.map.translate();
    this.renderPrint();
    this.mark();
  }

  private renderPrint(): void {
    if (this.sides !== null) fillBox(this.print, printFigure(this.sides));
  }

  private renderOther(told: Exclude<ReturnType<OfficeDesk["open"]["get"]>, { kind: "told" }>): void {
    this.shown = null;
    const back = button(t("of.back"), this.acts.close, { icon: "back" });
    if (told.kind === "failed") return fillBox(this.element, back, failure(told.error, this.acts));
    fillBox(this.element, told.kind === "working" ? working(t("of.opening")) : h("p", { class: "muted filing-none" }, t("of.choose")));
  }

  private begin(open: OpenFiling): void {
    this.chosen = null;
    this.map.levels(levelsOf(open.filing.units));
    void this.findings.load(open.filing);
    this.showLevel(levelsOf(open.filing.units)[0] ?? "grid");
  }

  private renderOvertaken(): void {
    if (!this.desk.overtaken.get()) return this.overtaken.replaceChildren();
    const again = button(t("of.reload"), () => this.acts.retry(), { strong: true, id: "reload-filing" });
    fillBox(this.overtaken, h("div", { class: "notice overtaken" }, h("p", {}, t("of.overtaken")), again));
  }

  private renderHead({ filing }: OpenFiling): void {
    const place = filing.place.map((one) => one.name).join(" › ");
    const facts: readonly (readonly [string, Node | string])[] = [
      [t("of.place"), name(place)],
      [t("of.reason"), reasonName(filing)],
      [t("of.decided"), `${day(filing.decided_at)} · ${filing.decided_by ?? t("wb.operator")}`],
      [t("of.effective"), day(filing.effective_on)],
      [t("of.due"), `${day(filing.due_on)}${filing.due_provisional ? ` ${t("of.provisional")}` : ""}`],
      [t("of.since"), instant(filing.state_since)],
    ];
    const late = filing.overdue ? "of.overdue" : filing.late ? "of.late" : null;
    fillBox(
      this.head,
      h(
        "div",
        { class: "filing-top" },
        button(t("of.back"), this.acts.close, { icon: "back", id: "close-filing" }),
        h("p", { class: "digits filing-no" }, filing.no),
        stateChip(filing.state),
        late ? h("span", { class: "filing-state is-overdue" }, t(late)) : null,
        h("span", { class: "grow" }),
        h("a", { class: "button small", id: "form-pdf", href: formAddress(filing.no), target: "_blank", rel: "noopener" }, t("of.pdf")),
        button(t("of.print"), () => window.print(), { id: "print" }),
      ),
      h("h2", { id: "filing-title" }, name(filing.title)),
      filing.note ? h("p", { class: "set-note" }, name(filing.note)) : null,
      h("dl", { class: "filing-facts" }, ...facts.map(([term, said]) => h("div", {}, h("dt", {}, term), h("dd", {}, said)))),
    );
  }

  private renderUnits(): void {
    if (this.shown === null) return;
    const { filing } = this.shown;
    fillBox(
      this.units,
      section(t("of.units", { n: filing.units.length }), unitsTable(filing, this.numbers(), this.chosen, (code) => this.choose(code))),
      filing.technical.length > 0 ? h("p", { class: "muted" }, t("of.technical", { n: filing.technical.length })) : null,
      section(t("of.moves"), movesTable(filing)),
    );
  }

  private showLevel(level: string): void {
    if (this.shown === null) return;
    const { filing, before, after } = this.shown;
    this.sides = sidesAt(level, facesOf(before), facesOf(after), filing.units);
    this.map.show(level, this.sides);
    this.renderPrint();
    this.mark();
    if (level === "grid" || level === "micro_grid") this.loadNeighbours(level);
  }

  /** What lies around, as of the day on which the change takes effect. */
  private loadNeighbours(level: "grid" | "micro_grid"): void {
    const { filing, before, after } = this.shown!;
    const own = new Set([...before.features, ...after.features].filter(({ geometry }) => geometry !== null).map(({ properties }) => properties.code));
    void this.around.run(
      (signal) => getUnitsIn(level, this.map.view(), filing.effective_on, signal),
      (units) => this.map.showNeighbours(units.filter(({ properties }) => !own.has(properties.code)).flatMap(asFace)),
      () => this.map.showNeighbours([]),
    );
  }

  /** Codes of what is to correct, those that stand first, then those that are being written. */
  private numbers(): readonly string[] {
    if (this.shown === null) return [];
    const { filing } = this.shown;
    const draft = this.desk.draft();
    const written = draft.action === "return" ? Object.keys(draft.texts) : standing(filing).map(({ unit }) => unit);
    return [...new Set(written)];
  }

  private mark(): void {
    this.map.mark(this.chosen, this.numbers());
    this.renderUnits();
  }

  private choose(code: string, byHand = true): void {
    this.chosen = code;
    const level = this.shown?.filing.units.find((unit) => unit.code === code)?.level;
    if (level !== undefined && level !== this.map.level()) this.showLevel(level);
    this.map.reveal(code);
    if (byHand) this.acting.take(code);
    this.mark();
    const unit = this.shown?.filing.units.find((one) => one.code === code);
    if (unit) this.acts.say(() => t("of.chosen", { name: unit.name, code }));
  }
}

function asFace({ geometry, properties }: Awaited<ReturnType<typeof getUnitsIn>>[number]): FiledFace[] {
  const { code, level, name: text, kind } = properties;
  return geometry === null ? [] : [faceOf(geometry, { code, level, name: text, kind: kind ?? null })];
}
