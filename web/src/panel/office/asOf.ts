/** The whole city as of any day: the map, the grids in view as a list, and the grid that was chosen. */
import { getUnitAt, locateAt } from "../../api/asOf";
import { Problem } from "../../api/client";
import type { Meta, UnitFeature } from "../../api/types";
import { area, day, integer } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import { MapView } from "../../map/mapView";
import { shiftDay } from "../../model/period";
import { said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { button, field, fillBox, section, select } from "../workbench/parts";
import type { Counties } from "./counties";
import { inChinese } from "./words";

export interface AsOfActs {
  readonly at: () => string | null;
  readonly toDay: (day: string | null) => void;
  readonly today: () => string;
  readonly say: (text: () => string) => void;
}

/** More buttons would be no list to look through; nearer there are fewer. */
const MOST_LISTED = 60;

export class AsOfPanel {
  readonly element = h("section", { class: "as-of" });
  private readonly question = h("div", { class: "as-of-head" });
  private readonly box = h("div", { class: "map-canvas", id: "city-map", tabindex: "0", role: "application" });
  private readonly failed = h("div", { role: "alert" });
  private readonly card = h("div", { "aria-live": "polite" });
  private readonly list = h("div", {});
  private map: MapView | null = null;
  private unit: UnitFeature | null = null;
  private readonly latest = new Latest();

  constructor(
    private readonly meta: Meta,
    private readonly counties: Counties,
    private readonly acts: AsOfActs,
  ) {
    const side = h("div", { class: "as-of-side" }, this.question, this.failed, this.card, this.list);
    this.element.append(side, this.box);
  }

  /** Made when it is first shown: before, it has no size. */
  open(): void {
    const { bbox } = this.meta.city;
    this.map ??= new MapView(this.box, bbox, this.meta.home, {
      placeChosen: (lon, lat) => this.ask(lon, lat),
      incidentChosen: () => undefined,
      hovered: () => undefined,
      moved: () => undefined,
      settled: (failures) => this.settled(failures),
    });
    document.documentElement.dataset["tiles"] = "loading";
    this.map.showDay(this.acts.at());
    this.render();
    if (this.unit !== null) this.choose(this.unit.properties.code);
  }

  render(): void {
    this.box.setAttribute("aria-label", t("of.asOf.map"));
    this.map?.translate();
    this.renderQuestion();
    this.renderCard();
    this.renderList();
  }

  private renderQuestion(): void {
    const at = this.acts.at();
    const today = this.acts.today();
    const box = h("input", { id: "as-of", type: "date", min: "1990-01-01", max: "2199-12-31", required: true });
    box.value = at ?? today;
    const go = (event: Event): void => {
      event.preventDefault();
      if (box.value !== "") this.acts.toDay(box.value);
    };
    const counties = this.counties.codes().map((code) => [code, this.counties.nameOf(code)] as const);
    const county = inChinese(select("as-of-county", [["", t("of.asOf.wholeCity")], ...counties], ""));
    county.addEventListener("change", () => this.look(county.value));
    const step = (days: number, text: string, id: string): HTMLElement => button(text, () => this.acts.toDay(shiftDay(at ?? today, days)), { id });
    fillBox(
      this.question,
      h("form", { class: "question", onsubmit: go }, field(t("of.asOf.day"), box), h("button", { type: "submit", class: "button small strong", id: "show-day" }, t("wb.show"))),
      h("div", { class: "row wrap" }, step(-1, t("of.asOf.dayBefore"), "day-before"), step(1, t("of.asOf.dayAfter"), "day-after"), at === null ? null : button(t("wb.backToNow"), () => this.acts.toDay(null), { id: "back-to-now" })),
      h("p", { class: at === null ? "muted" : "notice", id: "as-of-said" }, at === null ? t("of.asOf.now") : t("of.asOf.then", { day: day(at) })),
      field(t("of.asOf.county"), county),
    );
  }

  private look(code: string): void {
    if (code === "") return this.map?.fit(this.meta.home);
    this.fetch(code, (unit) => this.map?.reveal(unit));
  }

  private ask(lon: number, lat: number): void {
    void this.latest.run(
      (signal) => locateAt(lon, lat, this.acts.at(), signal),
      ({ grid }) => (grid === null ? this.clear() : this.choose(grid.code)),
      (error) => this.fail(error),
    );
  }

  private choose(code: string): void {
    this.fetch(code, (unit) => this.chosen(unit));
  }

  private fetch(code: string, done: (unit: UnitFeature) => void): void {
    void this.latest.run((signal) => getUnitAt(code, this.acts.at(), signal), done, (error) => this.fail(error));
  }

  private chosen(unit: UnitFeature): void {
    this.unit = unit;
    this.failed.replaceChildren();
    this.map?.outline(unit, null);
    this.map?.reveal(unit);
    this.renderCard();
  }

  private clear(): void {
    this.unit = null;
    this.map?.outline(null, null);
    this.renderCard();
    this.acts.say(() => t("status.outside"));
  }

  /** On another day the unit may not have been. */
  private fail(error: unknown): void {
    const isGone = error instanceof Problem && error.status === 404;
    this.unit = null;
    this.map?.outline(null, null);
    this.renderCard();
    this.failed.replaceChildren(h("p", { class: "problem" }, isGone ? t("of.asOf.gone") : said(error).text));
  }

  private settled(failures: number): void {
    document.documentElement.dataset["tiles"] = failures > 0 ? "failed" : "ready";
    if (failures > 0) this.failed.replaceChildren(h("div", { class: "problem" }, h("p", {}, t("error.tiles")), button(t("error.retry"), () => this.map?.reload())));
    else this.failed.replaceChildren();
    this.renderList();
  }

  private renderCard(): void {
    if (this.unit === null) return fillBox(this.card, h("p", { class: "muted" }, t("of.asOf.hint")));
    const { code, name: text, kind, households, area_m2 } = this.unit.properties;
    const at = this.acts.at();
    const bench = `/workbench.html#place=${code.slice(0, 12)}${at === null ? "" : `&at=${at}`}`;
    fillBox(
      this.card,
      h(
        "article",
        { class: "unit-card", id: "as-of-unit", "data-code": code },
        h("h2", {}, name(text)),
        h("p", { class: "code-line" }, code),
        h("p", {}, [kind ? tOr(`kind.${kind}`, kind) : "", area(area_m2), households == null ? t("wb.notCounted") : t("wb.householdsOf", { n: integer(households) })].filter(Boolean).join(" · ")),
        h("p", {}, h("a", { href: bench }, t("of.asOf.bench"))),
      ),
    );
  }

  private renderList(): void {
    const faces = this.map?.listed() ?? [];
    const shown = faces.slice(0, MOST_LISTED);
    const rows = shown.map((face) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => this.choose(face.code) }, name(face.name)), h("span", { class: "muted digits" }, ` ${face.code}`)));
    const more = faces.length > shown.length ? h("p", { class: "muted" }, t("of.asOf.more", { n: integer(faces.length) })) : null;
    fillBox(this.list, section(t("of.asOf.list", { n: integer(faces.length) }), h("ul", { class: "as-of-list", id: "as-of-list" }, ...rows), more));
  }
}
