/** Measures of the chosen units: at once from the page's own model, exactly from the server after each save. */
import type { Effect, Measures as Exact } from "../../api/changeSets";
import { area, integer, length, share } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import { sizeState } from "../../model/size";
import { areaM2, compactness, merge, perimeterM, type Coverage, type Unit } from "../../topology";
import type { Desk } from "../../workbench/desk";
import type { Review } from "../../workbench/review";
import { h, name } from "../dom";
import { button, fillBox, iconButton, select } from "./parts";
import { actWith, countHouseholds, rename } from "./labelActs";

const MOST_CARDS = 6;

interface Row {
  readonly label: string;
  readonly before: string;
  readonly now: string;
  readonly exact: string;
  readonly tone?: string;
}

export class MeasuresPanel {
  readonly element = h("div", { class: "measures" });
  private frame = 0;

  constructor(
    private readonly desk: Desk,
    private readonly review: Review,
  ) {}

  /** Once a frame while something is dragged. */
  renderSoon(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.render());
  }

  render(): void {
    this.frame = 0;
    const { store } = this.desk;
    const land = store.preview.get() ?? store.coverage.get();
    const units = store.selection.get().flatMap((id) => land?.units.get(id) ?? []);
    if (land === null || units.length === 0) return fillBox(this.element, h("p", { class: "muted" }, t("wb.chooseUnit")));
    const cards = units.slice(0, MOST_CARDS).map((unit) => this.card(land, unit));
    const more = units.length > MOST_CARDS ? h("p", { class: "muted" }, t("wb.moreUnits", { n: units.length - MOST_CARDS })) : null;
    fillBox(this.element, units.length > 1 ? this.together(land, units) : null, ...cards, more);
  }

  private card(land: Coverage, unit: Unit): HTMLElement {
    const exact = this.exactOf(unit.id);
    const before = this.desk.store.today.get();
    const rows = rowsOf(land, unit, { before, exact, bounds: this.desk.bounds.get(), hasLines: this.desk.store.lines.get().length > 0 });
    return h(
      "article",
      { class: "unit-card", "data-unit": unit.id },
      h(
        "div",
        { class: "card-line" },
        h("h3", {}, name(unit.name)),
        h("span", { class: "tag" }, tOr(`kind.${unit.kind}`, t(`level.${unit.level}`))),
        this.fly(unit),
      ),
      h("p", { class: "code-line" }, unit.id, unit.pending ? h("span", { class: "chip" }, t("wb.pending")) : null),
      table(rows, before?.units.has(unit.id) ?? false),
      this.labels(unit),
    );
  }

  private fly(unit: Unit): HTMLElement {
    return iconButton("fly", t("wb.flyTo", { name: unit.name }), () => this.desk.store.fly({ kind: "units", ids: [unit.id] }), {
      id: `fly-${unit.id}`,
    });
  }

  private exactOf(id: string): Effect | null {
    const told = this.review.effects.get();
    if (told.kind !== "told" || told.commands !== this.desk.store.commands().length) return null;
    return told.answer.units.find((row) => row.id === id) ?? null;
  }

  /** What can be changed by words alone. */
  private labels(unit: Unit): HTMLElement | null {
    if (this.desk.store.readOnly.get() !== null || unit.locked || !["grid", "micro_grid"].includes(unit.level)) return null;
    const other = OTHER_KIND[unit.kind ?? ""];
    const parts = [
      button(t("wb.rename"), () => void rename(this.desk.store, unit), { id: `rename-${unit.id}` }),
      button(t("wb.count"), () => void countHouseholds(this.desk.store, unit), { id: `count-${unit.id}` }),
      other
        ? button(
            t("wb.convertTo", { kind: tOr(`kind.${other}`, other) }),
            () => actWith(this.desk.store, { op: "convert", unit: unit.id, kind: other }),
            {
              id: `convert-${unit.id}`,
            },
          )
        : null,
    ];
    return h("div", { class: "row wrap" }, ...parts);
  }

  /** Several chosen units: their sum, and how to make one of them. */
  private together(land: Coverage, units: readonly Unit[]): HTMLElement {
    const households = units.every((unit) => unit.households !== null) ? units.reduce((sum, unit) => sum + unit.households!, 0) : null;
    const sum = units.reduce((total, unit) => total + areaM2(land, unit.id), 0);
    const said = t("wb.together", { n: units.length, area: area(sum), households: households === null ? "?" : integer(households) });
    return h("div", { class: "together" }, h("p", {}, said), this.mergeTools(units));
  }

  private mergeTools(units: readonly Unit[]): HTMLElement | null {
    const siblings = units.every((unit) => unit.level === units[0]!.level && !unit.locked);
    if (this.desk.store.readOnly.get() !== null || !siblings) return null;
    const into = select(
      "merge-into",
      units.map((unit) => [unit.id, unit.name] as const),
      units[0]!.id,
    );
    const join = (): void => {
      const land = this.desk.store.coverage.get();
      const ids = units.map(({ id }) => id);
      if (land !== null) this.desk.store.act(merge(land, ids, into.value, this.desk.store.nextPosition()));
    };
    return h(
      "div",
      { class: "row wrap" },
      h("label", { for: "merge-into" }, t("wb.mergeInto")),
      into,
      button(t("tool.merge"), join, { icon: "merge", id: "merge-now" }),
    );
  }
}

const OTHER_KIND: Readonly<Record<string, string>> = {
  comprehensive: "exclusive",
  exclusive: "comprehensive",
  micro: "remainder",
  remainder: "micro",
};

type Bounds = Readonly<Record<string, { readonly min: number; readonly max: number }>>;

interface Knowledge {
  readonly before: Coverage | null;
  readonly exact: Effect | null;
  readonly bounds: Bounds;
  readonly hasLines: boolean;
}

function rowsOf(land: Coverage, unit: Unit, { before, exact, bounds, hasLines }: Knowledge): Row[] {
  const old = before?.units.get(unit.id);
  const was = (text: (land: Coverage, unit: Unit) => string): string => (before && old ? text(before, old) : "");
  const told = exact?.after ?? null;
  const row = (label: string, of: (land: Coverage, unit: Unit) => string, sure: string): Row => ({
    label,
    before: was(of),
    now: of(land, unit),
    exact: sure,
  });
  const households = (_: Coverage, one: Unit): string =>
    one.households === null ? "–" : `${one.estimated ? "≈ " : ""}${integer(one.households)}`;
  const incidents = (_: Coverage, one: Unit): string => (one.openIncidents === null ? "–" : integer(one.openIncidents));
  return [
    { ...row(t("card.households"), households, told?.households == null ? "" : integer(told.households)), ...sizeTone(unit, told, bounds) },
    row(t("card.area"), (l, u) => area(areaM2(l, u.id)), told ? area(told.area_m2) : ""),
    row(t("wb.perimeter"), (l, u) => length(perimeterM(l, u.id)), ""),
    row(t("wb.compactness"), (l, u) => compactness(l, u.id).toFixed(3), told ? told.compactness.toFixed(3) : ""),
    { label: t("wb.clarity"), before: clarity(exact?.before), now: hasLines ? t("wb.byServer") : t("wb.needsLines"), exact: clarity(told) },
    row(t("wb.openIncidents"), incidents, ""),
    ...(unit.level === "grid"
      ? [
          {
            label: t("wb.microGrids"),
            before: "",
            now: unit.pending ? "…" : String(countBelow(land, unit.id)),
            exact: told ? integer(told.micro_grids) : "",
          },
        ]
      : []),
  ];
}

function clarity(measures: Exact | null | undefined): string {
  return measures?.clarity == null ? "" : share(measures.clarity);
}

function countBelow(land: Coverage, id: string): number {
  let count = 0;
  for (const unit of land.units.values()) if (unit.parent === id) count += 1;
  return count;
}

function sizeTone(unit: Unit, told: Exact | null, bounds: Bounds): { readonly tone?: string } {
  const rule = bounds[unit.kind ?? ""];
  const households = unit.households ?? told?.households ?? null;
  return rule === undefined || households === null ? {} : { tone: sizeState(households, { ...rule, ok: null }) };
}

function table(rows: readonly Row[], hasBefore: boolean): HTMLElement {
  const head = [t("wb.measure"), hasBefore ? t("wb.today") : "", t("wb.live"), t("wb.exact")];
  const cells = rows.map(({ label, before, now, exact, tone }) =>
    h(
      "tr",
      { class: tone ? `size-${tone}` : null },
      h("th", { scope: "row" }, label),
      h("td", {}, before),
      h(
        "td",
        { class: "live" },
        now,
        tone && tone !== "within" ? h("span", { class: "size-mark" }, ` ${t(`wb.size.${tone as "below" | "above"}`)}`) : null,
      ),
      h("td", { class: "exact" }, exact),
    ),
  );
  return h(
    "table",
    { class: "measure-table" },
    h("thead", {}, h("tr", {}, ...head.map((text) => (text === "" ? h("td", {}) : h("th", { scope: "col" }, text))))),
    h("tbody", {}, ...cells),
  );
}
