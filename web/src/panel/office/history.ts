/** The course of a filing: every entry of the chain, with who, when, what was said, and its digest. */
import type { Correction, Filing, FilingStep } from "../../api/filings";
import { instant } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import { h, name } from "../dom";
import { words } from "../workbench/parts";

export function historyList(filing: Filing, choose: (code: string) => void): HTMLElement {
  const names = new Map(filing.units.map((unit) => [unit.code, unit.name]));
  return h("ol", { class: "filing-steps", id: "steps" }, ...filing.steps.map((step) => entry(step, names, choose)));
}

function entry(step: FilingStep, names: ReadonlyMap<string, string>, choose: (code: string) => void): HTMLElement {
  const { note, corrections = [], document_no, attachment } = step;
  return h(
    "li",
    { "data-kind": step.kind },
    h("p", { class: "step-head" }, h("strong", {}, tOr(`of.step.${step.kind}`, step.kind)), h("span", {}, name(step.account)), h("time", { datetime: step.at }, instant(step.at))),
    document_no ? h("p", {}, `${t("of.documentNo")} `, h("strong", {}, name(document_no))) : null,
    attachment ? h("p", {}, name(attachment.name)) : null,
    note ? words(note, "p", "step-note") : null,
    corrections.length > 0 ? h("ul", { class: "step-corrections" }, ...corrections.map((one) => correction(one, names, choose))) : null,
    h("p", { class: "digest" }, `${t("of.entry", { n: step.seq })} `, h("code", {}, step.digest)),
  );
}

function correction({ unit, text }: Correction, names: ReadonlyMap<string, string>, choose: (code: string) => void): HTMLElement {
  return h("li", {}, h("button", { type: "button", class: "link", onclick: () => choose(unit) }, name(names.get(unit) ?? unit)), ` ${unit}`, words(text, "p"));
}
