/** Says of which kind an exclusive grid is, from a day on; what it is now is told as soon as its code is whole. */
import { getGridKind, putGridKind, type Entry, type GridKind } from "../../api/codeTables";
import { day } from "../../i18n/format";
import { named, t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { h } from "../dom";
import { Latest } from "../problems";
import { field, select } from "../workbench/parts";
import type { Editing } from "./codes";
import { dayOrNow } from "./codeTable";
import { askAndSend } from "./sending";

const GRID = /^\d{15}$/;

export function askGridKind(kinds: readonly Entry[], editing: Editing): void {
  const grid = h("input", { id: "kind-grid", type: "text", inputmode: "numeric", pattern: "[0-9]{15}", maxlength: "15", required: true, autocomplete: "off", "aria-describedby": "kind-now" });
  const now = h("p", { class: "muted", id: "kind-now", role: "status" });
  const options = kinds.map((one) => [one.code, nameOf(one)] as const);
  const kind = select("kind-code", [...options, ["", t("of.kind.back")]], options[0]?.[0] ?? "");
  const from = h("input", { type: "date", id: "kind-from", min: editing.today(), required: true });
  from.value = editing.today();
  grid.addEventListener("input", tellingNow(grid, now));
  askAndSend(editing, {
    title: t("of.kind.set"),
    body: [h("p", {}, t("of.kind.about")), field(t("of.kind.grid"), grid), now, field(t("of.kind.kind"), kind), field(t("of.codes.from"), from)],
    yes: t("of.codes.save"),
    send: (csrf) => putGridKind(grid.value, kind.value || null, dayOrNow(from.value), csrf),
    done: () => undefined,
  });
}

const nameOf = ({ name, name_en }: Pick<Entry, "name" | "name_en">): string => named({ name_zh: name, name_en });

function tellingNow(grid: HTMLInputElement, now: HTMLElement): () => void {
  const latest = new Latest();
  return () => {
    now.textContent = "";
    const code = grid.value;
    void latest.run(
      async (signal) => (GRID.test(code) ? nowText(await getGridKind(code, signal)) : ""),
      (text) => (now.textContent = text),
      (error) => (now.textContent = said(error).text),
    );
  };
}

function nowText({ exclusive_kind, valid_from }: GridKind): string {
  if (exclusive_kind === null) return t("of.kind.none");
  return t("of.kind.now", { kind: nameOf(exclusive_kind), day: valid_from === null ? "–" : day(valid_from) });
}
