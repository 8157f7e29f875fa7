/** What a check found, as a list: each flies to its place and offers what helps. */
import type { CheckAnswer, Effect, Effects, Finding, StoredCommand } from "../../api/changeSets";
import { Problem } from "../../api/client";
import { t, tOr } from "../../i18n/i18n";
import type { Desk } from "../../workbench/desk";
import { inWords, namerAt, unitsOf } from "../../workbench/describing";
import { said } from "../../workbench/problemWords";
import type { Tool } from "../../workbench/store";
import { h, name } from "../dom";
import { countHouseholds, rename } from "./labelActs";
import { conflictWords } from "./notices";
import { button, icon, words } from "./parts";

/** Errors of the check, then warnings of the effects. */
export function findingList(desk: Desk, check: CheckAnswer | null, effects: Effects | null): HTMLElement {
  const errors = (check?.findings ?? []).map((finding) => errorRow(desk, finding));
  const warnings = (effects?.units ?? []).flatMap((unit) => unit.warnings.map((code) => warningRow(desk, unit, code)));
  const between = conflictWords(check?.conflicts ?? []);
  return h(
    "div",
    { class: "findings" },
    between.length > 0 ? h("div", { class: "notice" }, ...between, h("p", {}, t("wb.onMapOfNow"))) : null,
    h("ul", {}, ...errors, ...warnings),
  );
}

export function findingCount(check: CheckAnswer | null, effects: Effects | null): { readonly errors: number; readonly warnings: number } {
  return { errors: check?.findings.length ?? 0, warnings: (effects?.units ?? []).reduce((sum, unit) => sum + unit.warnings.length, 0) };
}

function errorRow(desk: Desk, finding: Finding): HTMLElement {
  const position = typeof finding.details["command"] === "number" ? finding.details["command"] : null;
  const commands = desk.store.commands() as readonly StoredCommand[];
  const command = position === null ? undefined : commands[position - 1];
  const { text, detail } = said(new Problem(finding.code, 422, finding.message, finding.details));
  const what = command ? `${position}. ${inWords(command, namerAt(desk.store.work.get(), position!, desk.store.today.get()))}` : "";
  const back =
    position !== null && desk.store.readOnly.get() === null
      ? button(t("wb.takeBackFrom", { n: position }), () => desk.takeBackFrom(position))
      : null;
  return h(
    "li",
    { class: "finding is-error", "data-code": finding.code },
    icon("warning"),
    h(
      "div",
      {},
      goButton(desk, command ? unitsOf(command) : unitsIn(finding), text),
      what === "" ? null : words(what, "p", "muted"),
      detail ? h("p", { class: "muted", lang: "en" }, detail) : null,
      back,
    ),
  );
}

/** Units that a finding names in its details, whatever the member is called. */
function unitsIn({ details }: Finding): string[] {
  return Object.values(details)
    .flat()
    .filter((one): one is string => typeof one === "string" && /^\d{4,17}(\+\d+\.\d+)*$/.test(one));
}

function warningRow(desk: Desk, unit: Effect, code: string): HTMLElement {
  const text = tOr(`warning.${code}`, code);
  const help = helpFor(desk, unit.id, code, unit.code);
  const label = unit.after?.name ?? unit.before?.name ?? unit.code;
  return h(
    "li",
    { class: "finding is-warning", "data-code": code },
    icon("warning"),
    h("div", {}, goButton(desk, [unit.id], text), h("p", { class: "muted" }, name(label), ` · ${unit.code}`), help),
  );
}

/** What a planner would do about it, at hand. */
function helpFor(desk: Desk, id: string, code: string, unitCode: string): HTMLElement | null {
  const { store } = desk;
  const unit = store.coverage.get()?.units.get(id);
  if (!unit || store.readOnly.get() !== null) return null;
  const take =
    (tool: Tool, then: () => void = () => undefined) =>
    (): void => {
      store.lookAt([id]);
      store.setTool(tool);
      then();
    };
  if (code === "duplicate_name") return button(t("wb.rename"), take("select", () => void rename(store, unit, unitCode)));
  if (code === "households_unknown") return button(t("wb.count"), () => void countHouseholds(store, unit));
  if (code === "too_many_households") return button(t("tool.split"), take("split"), { icon: "split" });
  return code === "too_few_households" ? button(t("tool.merge"), take("merge"), { icon: "merge" }) : null;
}

function goButton(desk: Desk, ids: readonly string[], text: string): HTMLElement {
  return h("button", { type: "button", class: "link", onclick: () => desk.store.lookAt(ids) }, words(text));
}
