/** The choice of the reason of a change set, out of the city's own; one that has ended meanwhile stays while nobody chooses another. */
import type { ChangeSet } from "../../api/changeSets";
import type { NamedCode } from "../../api/types";
import { named } from "../../i18n/i18n";
import { select, type Option } from "./parts";

/** What most change sets are made for. */
const USUAL = "population_change";

export function reasonOptions(reasons: readonly NamedCode[], held: Pick<ChangeSet, "reason" | "reason_zh" | "reason_en"> | null): Option<string>[] {
  const options = reasons.map((one): Option<string> => [one.code, named(one)]);
  if (held === null || reasons.some(({ code }) => code === held.reason)) return options;
  return [[held.reason, reasonName(held)], ...options];
}

export function reasonBox(id: string, reasons: readonly NamedCode[], held: ChangeSet | null): HTMLSelectElement {
  return select(id, reasonOptions(reasons, held), held?.reason ?? reasons.find(({ code }) => code === USUAL)?.code ?? reasons[0]?.code ?? "");
}

/** As it was called at the decision. */
export const reasonName = ({ reason_zh, reason_en }: Pick<ChangeSet, "reason_zh" | "reason_en">): string => named({ name_zh: reason_zh, name_en: reason_en });
