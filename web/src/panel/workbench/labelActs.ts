/** Changes of a unit by words alone: its name, its households. Each asks, and then is an action like any other. */
import { t } from "../../i18n/i18n";
import { label, type Command, type Unit } from "../../topology";
import type { Store } from "../../workbench/store";
import { askForText } from "./asking";

export function actWith(store: Store, command: Command): void {
  const land = store.coverage.get();
  if (land !== null) store.act(label(land, command, store.nextPosition()));
}

/** `code` tells units of one name apart; a new unit has one only once the server has said it. */
export async function rename(store: Store, unit: Unit, code: string | null = null): Promise<void> {
  const text = await askForText({ title: t("wb.rename"), label: t("wb.name"), value: unit.name, longest: 100, ...(code === null ? {} : { hint: code }) });
  if (text !== null && text !== unit.name) actWith(store, { op: "rename", unit: unit.id, name: text });
}

export async function countHouseholds(store: Store, unit: Unit): Promise<void> {
  const value = unit.households === null ? "" : String(unit.households);
  const question = { title: t("wb.count"), label: t("wb.countLabel"), value, longest: 7, pattern: "\\d+", hint: t("wb.countHint") };
  const text = await askForText(question);
  if (text !== null) actWith(store, { op: "count_households", unit: unit.id, households: Number(text) });
}
