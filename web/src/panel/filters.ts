/** The incident filters. */
import type { HeatLevel, Meta } from "../api/types";
import { named, t } from "../i18n/i18n";
import { PRESETS, anchorDay, cityDay, isUsable, periodBefore, presetRange, type DayRange, type PeriodPreset } from "../model/period";
import type { HeatStyle } from "../model/smooth";
import { byId, h } from "./dom";
import { filters, publicOnly, type Filters } from "./state";

const LEVELS: readonly HeatLevel[] = ["grid", "village", "town", "county"];
const STATES = ["reported", "registered", "rejected", "dispatched", "handling", "handled", "checked", "closed", "returned", "rework", "suspended", "cancelled", "merged"] as const;

export function chosenRange(chosen: Filters, meta: Meta): DayRange {
  if (chosen.preset === "custom") return chosen.range;
  return presetRange(chosen.preset, anchorDay(cityDay(Date.now()), meta.incident_period?.to ?? null));
}

/** The period compared with: the given one, else that of the same length before. */
export function againstRange(chosen: Filters, meta: Meta): DayRange {
  const { first, last } = chosen.against;
  return first !== null && last !== null ? chosen.against : periodBefore(chosenRange(chosen, meta));
}

export function rangeIsUsable(chosen: Filters): boolean {
  if (chosen.compare && !isUsable(chosen.against)) return false;
  if (chosen.preset !== "custom") return true;
  return chosen.range.first !== null && chosen.range.last !== null && isUsable(chosen.range);
}

function change(part: Partial<Filters>): void {
  filters.set({ ...filters.get(), ...part });
}

/** Builds the form anew in the language of the interface, with the values chosen so far. */
export function renderFilters(meta: Meta): void {
  const chosen = filters.get();
  const parts: (HTMLElement | null)[] = [
    showBox(chosen),
    choice("period", t("incidents.period"), chosen.preset, presetOptions(), (value) => choosePreset(value as PeriodPreset, meta)),
    customRange(chosen),
    h("p", { class: "muted", id: "range-text" }, rangeText(chosen, meta)),
    ...(publicOnly.get() ? [h("p", { class: "notice", id: "public-note" }, t("heat.public"))] : kinds(chosen, meta)),
    choice("look", t("incidents.heatStyle"), chosen.look, lookOptions(), (value) => chooseLook(value as HeatStyle, meta)),
    ...(chosen.look === "units" && !publicOnly.get() ? unitChoices(chosen) : []),
    ...comparison(chosen, meta),
  ];
  byId("filters").replaceChildren(...parts.filter((part) => part !== null));
}

function kinds(chosen: Filters, meta: Meta): HTMLElement[] {
  const states = STATES.map((state): Choice => [state, t(`state.${state}`)]);
  return [
    select("family", t("incidents.family"), chosen.family, familyOptions(meta), (value) => chooseFamily(value, meta)),
    select("matter", t("incidents.matter"), chosen.matter, matterOptions(meta, chosen.family), (value) => change({ matter: value })),
    select("state", t("incidents.state"), chosen.state, [["", t("heat.allStates")], ...states], (value) => change({ state: value })),
  ];
}

function chooseLook(look: HeatStyle, meta: Meta): void {
  change({ look });
  renderFilters(meta);
  byId(`look-${look}`).focus();
}

function unitChoices(chosen: Filters): HTMLElement[] {
  const measures: Choice[] = [["rate", t("heat.rate")], ["count", t("heat.count")]];
  return [
    select("level", t("heat.level"), chosen.level, LEVELS.map((level): Choice => [level, t(`level.${level}`)]), (value) => change({ level: value as HeatLevel })),
    choice("measure", t("heat.measure"), chosen.measure, measures, (value) => change({ measure: value as Filters["measure"] })),
  ];
}

function comparison(chosen: Filters, meta: Meta): HTMLElement[] {
  const box = h("input", { type: "checkbox", id: "compare" });
  box.checked = chosen.compare;
  box.addEventListener("change", () => {
    change({ compare: box.checked, against: { first: null, last: null } });
    renderFilters(meta);
    byId("compare").focus();
  });
  const check = h("label", { class: "check" }, box, t("heat.compare"));
  if (!chosen.compare) return [check];
  const against = againstRange(chosen, meta);
  if (against.first === null || against.last === null) return [check, h("p", { class: "notice" }, t("heat.compareNeedsDates"))];
  const field = (side: "first" | "last", label: string): HTMLElement => {
    const day = h("input", { type: "date", id: `against-${side}` });
    day.value = against[side] ?? "";
    day.addEventListener("change", () => change({ against: { ...againstRange(filters.get(), meta), [side]: day.value || null } }));
    return h("label", { class: "date" }, label, day);
  };
  return [check, h("div", { class: "dates" }, field("first", t("incidents.from")), field("last", t("incidents.to")))];
}

function choosePreset(preset: PeriodPreset, meta: Meta): void {
  const before = chosenRange(filters.get(), meta);
  change(preset === "custom" ? { preset, range: before } : { preset });
  renderFilters(meta);
  byId(`period-${preset}`).focus();
}

function chooseFamily(family: string, meta: Meta): void {
  change({ family, matter: "" });
  renderFilters(meta);
  byId("family").focus();
}

function rangeText(chosen: Filters, meta: Meta): string {
  if (!rangeIsUsable(chosen)) return t("incidents.badRange");
  const { first, last } = chosenRange(chosen, meta);
  return first && last ? t("incidents.range", { first, last }) : t("incidents.rangeAll");
}

type Choice = readonly [value: string, text: string];

const presetOptions = (): Choice[] => PRESETS.map((preset) => [preset, t(`incidents.period.${preset}`)]);
const lookOptions = (): Choice[] => [
  ["squares", t("incidents.squares")],
  ["smooth", t("incidents.smooth")],
  ...(publicOnly.get() ? [] : [["units", t("heat.units")] as const]),
];

function familyOptions(meta: Meta): Choice[] {
  return [["", t("incidents.allFamilies")], ...meta.families.map((one): Choice => [one.code, named(one)])];
}

function matterOptions(meta: Meta, family: string): Choice[] {
  const fitting = meta.matters.filter((one) => family === "" || one.family === family);
  return [["", t("incidents.allMatters")], ...fitting.map((one): Choice => [one.code, named(one)])];
}

function showBox(chosen: Filters): HTMLElement {
  const box = h("input", { type: "checkbox", id: "show-incidents" });
  box.checked = chosen.shown;
  box.addEventListener("change", () => change({ shown: box.checked }));
  return h("label", { class: "check" }, box, t("incidents.show"));
}

function choice(id: string, label: string, value: string, options: readonly Choice[], chosen: (value: string) => void): HTMLElement {
  const buttons = options.map(([one, text]) => {
    const radio = h("input", { type: "radio", name: id, id: `${id}-${one}`, value: one });
    radio.checked = one === value;
    radio.addEventListener("change", () => chosen(one));
    return h("label", { class: "segment" }, radio, h("span", {}, text));
  });
  return h("fieldset", { class: "field" }, h("legend", {}, label), h("div", { class: "segments" }, ...buttons));
}

function select(id: string, label: string, value: string, options: readonly Choice[], chosen: (value: string) => void): HTMLElement {
  const box = h("select", { id }, ...options.map(([one, text]) => h("option", { value: one }, text)));
  box.value = value;
  box.addEventListener("change", () => chosen(box.value));
  return h("div", { class: "field" }, h("label", { for: id }, label), box);
}

function customRange(chosen: Filters): HTMLElement | null {
  if (chosen.preset !== "custom") return null;
  return h("div", { class: "dates" }, dateField("first", t("incidents.from")), dateField("last", t("incidents.to")));
}

function dateField(side: "first" | "last", label: string): HTMLElement {
  const box = h("input", { type: "date", id: `date-${side}` });
  box.value = filters.get().range[side] ?? "";
  box.addEventListener("change", () => change({ range: { ...filters.get().range, [side]: box.value || null } }));
  return h("label", { class: "date" }, label, box);
}

/** Only the sentence under the dates, so that a date field keeps the focus while it is typed in. */
export function renderRangeText(meta: Meta): void {
  const text = byId("range-text");
  text.textContent = rangeText(filters.get(), meta);
  text.classList.toggle("is-wrong", !rangeIsUsable(filters.get()));
}
