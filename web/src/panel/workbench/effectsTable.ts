/** What the change set means: every unit before and after, who gets what from whom, and whom it concerns. */
import type { Effect, Effects, Measures, Move } from "../../api/changeSets";
import { area, integer, share } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import type { Key } from "../../i18n/zh";
import type { Desk } from "../../workbench/desk";
import { h, name } from "../dom";
import { section } from "./parts";

export function effectsView(desk: Desk, effects: Effects): HTMLElement {
  if (effects.units.length === 0) return h("p", { class: "muted" }, t("wb.noEffects"));
  const label = labelOf(effects);
  return h(
    "div",
    { class: "effects" },
    section(
      t("wb.effectUnits", { n: effects.units.length }),
      h("ul", {}, ...effects.units.map((unit) => unitBlock(desk, effects, unit))),
    ),
    section(
      t("wb.effectMoves"),
      scroll(
        moveTable(
          effects.moves.filter(({ moved }) => moved),
          label,
        ),
      ),
    ),
    effects.incidents.length === 0 ? null : section(t("wb.effectIncidents"), incidentList(effects, label)),
    effects.duties.length === 0 ? null : section(t("wb.effectDuties"), dutyList(effects, label)),
  );
}

/** A wide table scrolls by itself and can be reached by keys. */
function scroll(table: HTMLElement): HTMLElement {
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": t("wb.table") }, table);
}

function nameOf({ code, before, after }: Effect): string {
  return (after ?? before)?.name ?? code;
}

/** What is split off has the name of what it was: of units that are called alike the code says which is meant. */
function labelOf(effects: Effects): Label {
  const names = effects.units.map(nameOf);
  const isAlone = (text: string): boolean => names.indexOf(text) === names.lastIndexOf(text);
  const known = new Map(effects.units.map(({ code }, at) => [code, names[at]!]));
  return (code) => {
    const text = known.get(code) ?? code;
    return h("span", {}, name(text), isAlone(text) ? null : h("span", { class: "muted digits twin" }, ` ${code}`));
  };
}

type Label = (code: string) => HTMLElement;

/** One block a unit: seven numbers in a row would not fit beside a map. */
function unitBlock(desk: Desk, effects: Effects, unit: Effect): HTMLElement {
  const { before, after } = unit;
  const go = (): void => desk.store.lookAt([unit.id]);
  const state = before === null ? t("wb.begins") : after === null ? t("wb.ends") : "";
  const row = (key: Key, text: (one: Measures) => string): HTMLElement => changed(t(key), before && text(before), after && text(after));
  return h(
    "li",
    { class: "effect", "data-code": unit.code },
    h(
      "p",
      { class: "effect-head" },
      h("button", { type: "button", class: "link", onclick: go }, name(nameOf(unit))),
      h("span", { class: "muted digits" }, unit.code),
      state ? h("span", { class: "chip" }, state) : null,
    ),
    h(
      "dl",
      { class: "effect-facts" },
      households(before, after),
      row("card.area", (one) => area(one.area_m2)),
      row("wb.compactness", (one) => one.compactness.toFixed(2)),
      row("wb.clarity", (one) => (one.clarity === null ? "–" : share(one.clarity))),
      incidentsOf(effects, unit),
      unit.level === "micro_grid" ? null : row("wb.microGrids", (one) => integer(one.micro_grids)),
    ),
  );
}

function changed(label: string, before: string | null, after: string | null): HTMLElement {
  const same = before === after;
  const old = same || before === null ? null : h("span", { class: "before" }, before);
  const arrow = old === null || after === null ? null : h("span", { class: "arrow", role: "img", "aria-label": t("wb.becomes") }, "→");
  return h(
    "div",
    {},
    h("dt", {}, label),
    h("dd", {}, old, arrow, after === null ? null : h("span", { class: same ? null : "after" }, after)),
  );
}

function households(before: Measures | null, after: Measures | null): HTMLElement {
  const text = (one: Measures | null): string | null => one && (one.households === null ? t("wb.notCounted") : integer(one.households));
  const cell = changed(t("card.households"), text(before), text(after));
  const rule = after?.size_rule;
  if (!rule || rule.ok !== false) return cell;
  const mark = t((after.households ?? 0) < rule.min ? "wb.size.below" : "wb.size.above");
  cell.lastElementChild!.append(h("span", { class: "size-mark" }, ` ${mark} ${rule.min}–${rule.max}`));
  return cell;
}

function incidentsOf(effects: Effects, unit: Effect): HTMLElement {
  const sum = (side: "from" | "to"): number =>
    effects.incidents.filter((one) => one.level === unit.level && one[side] === unit.code).reduce((n, one) => n + one.count, 0);
  return changed(t("wb.openIncidents"), unit.before && integer(sum("from")), unit.after && integer(sum("to")));
}

function moveTable(moves: readonly Move[], label: Label): HTMLElement {
  if (moves.length === 0) return h("p", { class: "muted" }, t("wb.noMoves"));
  const head = h(
    "tr",
    {},
    ...(["wb.from", "wb.to", "card.area", "card.households", "wb.population"] as const).map((key) => h("th", { scope: "col" }, t(key))),
  );
  const rows = moves.map((move) =>
    h(
      "tr",
      {},
      h("td", {}, label(move.from)),
      h("td", {}, label(move.to)),
      h("td", {}, area(move.area_m2)),
      h("td", {}, move.households === null ? "–" : integer(move.households)),
      h("td", {}, move.population === null ? "–" : integer(move.population)),
    ),
  );
  return h("table", { class: "effect-table" }, h("thead", {}, head), h("tbody", {}, ...rows));
}

function incidentList({ incidents }: Effects, label: Label): HTMLElement {
  const rows = incidents
    .filter((one) => one.from !== one.to)
    .map((one) => h("li", {}, `${integer(one.count)} · `, label(one.from), " → ", label(one.to)));
  return rows.length === 0 ? h("p", { class: "muted" }, t("wb.noMoves")) : h("ul", { class: "lines" }, ...rows);
}

function dutyList({ duties }: Effects, label: Label): HTMLElement {
  const rows = duties.map((one) =>
    h("li", {}, label(one.grid), ` · ${tOr(`duty.${one.role}`, one.role)} `, name(one.name), one.work_phone ? ` · ${one.work_phone}` : ""),
  );
  return h("ul", { class: "lines" }, ...rows);
}
