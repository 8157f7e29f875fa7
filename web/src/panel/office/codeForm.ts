/** The form of an entry of a code table: its names, what belongs to it, and the day from which it holds. */
import type { Department, Entry, EntryWish, TableName } from "../../api/codeTables";
import { named, t } from "../../i18n/i18n";
import type { Key } from "../../i18n/zh";
import { h } from "../dom";
import { field, select } from "../workbench/parts";
import type { Editing } from "./codes";
import { dayOrNow } from "./codeTable";
import { askAndSend } from "./sending";

interface Saving {
  readonly send: (code: string, wish: EntryWish, csrf: string | null) => Promise<unknown>;
  readonly done: () => void;
}

type Control = HTMLSelectElement | HTMLTextAreaElement;

export interface Edited {
  readonly table: TableName;
  /** Null for a new one. */
  readonly entry: Entry | null;
  readonly departments: readonly Department[];
}

export function editEntry({ table, entry, departments }: Edited, editing: Editing, { send, done }: Saving): void {
  const code = line("entry-code", entry?.code ?? "", { pattern: "[a-z][a-z0-9_]{0,39}", maxlength: "40", required: true, readonly: entry !== null });
  const zh = line("entry-name", entry?.name ?? "", { maxlength: "60", required: true, lang: "zh-CN" });
  const en = line("entry-name-en", entry?.name_en ?? "", { maxlength: "120", required: true, lang: "en" });
  const from = h("input", { type: "date", id: "entry-from", min: editing.today(), required: true });
  from.value = editing.today();
  const detail = table === "exclusive_kind" ? kindFields(entry, departments) : {};
  const labels: Readonly<Record<string, Key>> = { department: "of.codes.department", standard: "of.codes.standard" };
  askAndSend(editing, {
    title: entry === null ? t("of.codes.add") : t("of.codes.changeTitle", { name: entry.name }),
    body: [
      field(t("of.codes.code"), code, t("of.codes.codeHint")),
      field(t("of.codes.name"), zh),
      field(t("of.codes.nameEn"), en),
      ...Object.entries(detail).map(([member, control]) => field(t(labels[member]!), control)),
      field(t("of.codes.from"), from),
    ],
    yes: t("of.codes.save"),
    send: (csrf) => {
      const said = Object.entries(detail).map(([member, control]) => [member, control.value.trim()] as const);
      const wish = { name: zh.value.trim(), name_en: en.value.trim(), detail: { ...entry?.detail, ...Object.fromEntries(said) }, from: dayOrNow(from.value) };
      return send(code.value.trim(), wish, csrf);
    },
    done,
  });
}

/** The competent department, and the standard by which such grids are made. */
function kindFields(entry: Entry | null, departments: readonly Department[]): Readonly<Record<string, Control>> {
  const options = departments.map((one) => [one.code, named({ name_zh: one.name, name_en: one.name_en })] as const);
  const department = select("entry-department", options, entry?.detail["department"] ?? options[0]?.[0] ?? "");
  const standard = h("textarea", { id: "entry-standard", rows: "3", maxlength: "1000", required: true, lang: "zh-CN" });
  standard.value = entry?.detail["standard"] ?? "";
  return { department, standard };
}

function line(id: string, value: string, attributes: Readonly<Record<string, string | boolean>>): HTMLInputElement {
  const input = h("input", { id, type: "text", autocomplete: "off", spellcheck: "false", ...attributes });
  input.value = value;
  return input;
}
