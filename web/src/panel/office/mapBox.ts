/** The map of a filing with its furniture: the way of comparing, the level, the legend. */
import type { Bbox } from "../../api/endpoints";
import { t, tOr } from "../../i18n/i18n";
import type { FiledFace, Sides } from "../../map/filing/faces";
import { FilingMap, type Comparison } from "../../map/filing/filingMap";
import { h } from "../dom";
import { fillBox, segments } from "../workbench/parts";

export class MapBox {
  readonly element = h("div", { class: "filing-map" });
  private readonly strip = h("div", { class: "strip" });
  private readonly box = h("div", { class: "map-canvas", id: "filing-map", tabindex: "0", role: "application" });
  private map: FilingMap | null = null;
  private comparison: Comparison = "swipe";
  private choices: readonly string[] = [];
  private current = "";

  constructor(
    private readonly chosen: (code: string) => void,
    private readonly toLevel: (level: string) => void,
  ) {
    this.element.append(this.strip, this.box);
  }

  levels(levels: readonly string[]): void {
    this.choices = levels;
  }

  level(): string {
    return this.current;
  }

  /** Made when it is first shown: before, it has no size. */
  private made(): FilingMap {
    this.map ??= new FilingMap(this.box, { chosen: this.chosen });
    return this.map;
  }

  show(level: string, sides: Sides): void {
    this.current = level;
    this.made().show(sides);
    this.translate();
  }

  showNeighbours(faces: readonly FiledFace[]): void {
    this.made().showNeighbours(faces);
  }

  mark(chosen: string | null, corrections: readonly string[]): void {
    this.made().mark(chosen, corrections);
  }

  reveal(code: string): void {
    this.made().reveal(code);
  }

  view(): Bbox {
    return this.made().view();
  }

  translate(): void {
    this.box.setAttribute("aria-label", t("of.mapLabel"));
    this.map?.translate();
    fillBox(this.strip, this.comparing(), this.levelChoice(), this.legend());
  }

  private comparing(): HTMLElement {
    const options = [["swipe", t("of.swipe")], ["overlay", t("of.overlay")]] as const;
    return segments("comparison", t("of.comparison"), options, this.comparison, (value) => {
      this.comparison = value;
      this.made().compare(value);
    });
  }

  private levelChoice(): HTMLElement | null {
    if (this.choices.length < 2) return null;
    const options = this.choices.map((one) => [one, tOr(`level.${one}`, one)] as const);
    return segments("map-level", t("of.level"), options, this.current, (value) => this.toLevel(value));
  }

  private legend(): HTMLElement {
    const part = (kind: string, text: string): HTMLElement => h("span", { class: "compare-key" }, h("span", { class: `sample ${kind}`, "aria-hidden": "true" }), text);
    return h("p", { class: "legend-line" }, part("before", t("of.legend.before")), part("after", t("of.legend.after")), part("moved", t("of.legend.moved")));
  }
}
