/** How many households a grid should have: for the city and for each county, from which day on, and who said so. */
import { getSizes, putSize, type Bounds, type SizeSetting, type StoredSetting } from "../../api/codeTables";
import { day } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import type { Told } from "../../office/desk";
import { h, name } from "../dom";
import { button, field, fillBox, section, working } from "../workbench/parts";
import type { Editing } from "./codes";
import { dayOrNow } from "./codeTable";
import type { Counties } from "./counties";
import { askAndSend } from "./sending";
import { failure, scroll } from "./words";

interface Place {
  readonly scope: string;
  readonly settings: readonly SizeSetting[];
}

interface Sizes {
  readonly places: readonly Place[];
  /** What is set, also for a later day. */
  readonly stored: readonly StoredSetting[];
}

export class SizeTable {
  readonly element = h("div", {});
  private told: Told<Sizes> = { kind: "none" };

  constructor(
    private readonly editing: Editing,
    private readonly counties: Counties,
  ) {}

  load(): void {
    if (this.told.kind !== "told") this.told = { kind: "working" };
    this.render();
    this.read().then(
      (answer) => this.tell({ kind: "told", answer }),
      (error: unknown) => this.tell({ kind: "failed", error }),
    );
  }

  private async read(): Promise<Sizes> {
    const city = await getSizes("");
    const counties = await Promise.all(this.counties.codes().map(async (scope) => ({ scope, ...(await getSizes(scope)) })));
    return { places: [{ scope: "", settings: city.settings }, ...counties], stored: city.stored };
  }

  private tell(told: Told<Sizes>): void {
    this.told = told;
    this.render();
  }

  render(): void {
    const { told } = this;
    document.documentElement.dataset["codes"] = told.kind;
    if (told.kind === "failed") return fillBox(this.element, failure(told.error, { ...this.editing, retry: () => this.load() }));
    if (told.kind !== "told") return fillBox(this.element, working(t("of.loading")));
    fillBox(this.element, section(t("of.codes.sizes"), this.table(told.answer)), section(t("of.sizes.later"), this.storedTable(told.answer.stored)));
  }

  private table({ places }: Sizes): HTMLElement {
    const keys = places[0]?.settings.map(({ key }) => key) ?? [];
    const head = h("tr", {}, h("th", { scope: "col" }, t("of.sizes.place")), ...keys.map((key) => h("th", { scope: "col" }, kindText(key))));
    const rows = places.map((place) => h("tr", { "data-code": place.scope }, h("th", { scope: "row" }, this.placeName(place.scope)), ...place.settings.map((one) => this.cell(place.scope, one))));
    return scroll(t("of.codes.sizes"), h("table", { class: "office-table", id: "sizes" }, h("thead", {}, head), h("tbody", {}, ...rows)));
  }

  private placeName(scope: string): HTMLElement {
    return scope === "" ? h("span", {}, t("of.asOf.wholeCity")) : name(this.counties.nameOf(scope));
  }

  private cell(scope: string, { key, value, set_for, valid_from }: SizeSetting): HTMLElement {
    const origin = set_for === null ? t("of.codes.default") : set_for === scope ? t("of.sizes.own", { day: valid_from === null ? "–" : day(valid_from) }) : t("of.sizes.fromCity");
    const change = this.editing.mayEdit() ? button(t("of.codes.change"), () => this.edit(scope, key, value, set_for === scope), { id: `size-${key.slice(5)}-${scope || "city"}` }) : null;
    return h("td", {}, h("strong", { class: "digits" }, `${value.min}–${value.max}`), h("span", { class: "muted code" }, origin), change);
  }

  private storedTable(stored: readonly StoredSetting[]): HTMLElement {
    if (stored.length === 0) return h("p", { class: "muted" }, t("of.sizes.none"));
    const heads = ["of.sizes.place", "of.sizes.kind", "of.sizes.range", "of.codes.validFrom", "of.codes.validTo", "of.codes.setBy"] as const;
    const rows = stored.map(({ key, scope, value, valid_from, valid_to, set_by }) => {
      const { min, max } = value as Bounds;
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, this.placeName(scope)),
        h("td", {}, kindText(key)),
        h("td", { class: "digits" }, `${min}–${max}`),
        ...[valid_from, valid_to].map((text) => h("td", { class: "digits" }, text === null ? "–" : day(text))),
        h("td", {}, name(set_by ?? t("wb.operator"))),
      );
    });
    return scroll(t("of.sizes.later"), h("table", { class: "office-table", id: "sizes-stored" }, h("thead", {}, h("tr", {}, ...heads.map((key) => h("th", { scope: "col" }, t(key))))), h("tbody", {}, ...rows)));
  }

  private edit(scope: string, key: string, { min, max }: Bounds, isOwn: boolean): void {
    const [least, most] = [count("size-min", min), count("size-max", max)];
    const from = h("input", { type: "date", id: "size-from", min: this.editing.today(), required: true });
    from.value = this.editing.today();
    const back = h("input", { type: "checkbox", id: "size-back" });
    askAndSend(this.editing, {
      title: t("of.sizes.title", { kind: kindText(key) }),
      body: [
        h("p", {}, this.placeName(scope)),
        field(t("of.sizes.min"), least),
        field(t("of.sizes.max"), most),
        field(t("of.codes.from"), from),
        isOwn ? h("label", { class: "strip-check" }, back, t("of.sizes.back")) : h("span", {}),
      ],
      yes: t("of.codes.save"),
      send: (csrf) => putSize(key, scope, back.checked ? null : { min: Number(least.value), max: Number(most.value) }, dayOrNow(from.value), csrf),
      done: () => this.load(),
    });
  }
}

const kindText = (key: string): string => t(key === "size.micro" ? "kind.micro" : "kind.comprehensive");

function count(id: string, value: number): HTMLInputElement {
  const input = h("input", { id, type: "number", min: "1", max: "100000", step: "1", required: true });
  input.value = String(value);
  return input;
}
