/** The keys, and the window that explains them; single keys can be switched off. */
import type { Key } from "../../i18n/zh";
import { t } from "../../i18n/i18n";
import { h } from "../dom";
import { Dialog } from "../workbench/dialog";
import { button } from "../workbench/parts";
import { actionText } from "./words";

const STORE_KEY = "wangge.desk.keys";

/** Letters of actions: those that a dispatcher takes most. */
export const ACTION_KEYS: Readonly<Record<string, string>> = {
  r: "register",
  d: "dispatch",
  u: "urge",
  m: "merge",
  b: "reroute",
  o: "consult",
  i: "note",
  p: "pass",
  f: "fail",
  c: "close",
};

const ROWS: readonly (readonly [keys: string, text: Key])[] = [
  ["j / k", "dk.help.move"],
  ["Enter", "dk.help.open"],
  ["Esc", "dk.help.close"],
  ["/", "dk.help.search"],
  ["1 … 7", "dk.help.lanes"],
  ["n", "dk.help.new"],
  ["g", "dk.help.map"],
  ["?", "dk.help.help"],
];

export function keysAreOn(): boolean {
  try {
    return localStorage.getItem(STORE_KEY) !== "off";
  } catch {
    return true; // storage may be forbidden by policy
  }
}

function switchKeys(on: boolean): void {
  try {
    localStorage.setItem(STORE_KEY, on ? "on" : "off");
  } catch {
    // see keysAreOn
  }
}

export function showHelp(): void {
  const row = (keys: string, text: string): HTMLElement => h("div", { class: "fact" }, h("dt", {}, h("kbd", {}, keys)), h("dd", {}, text));
  const box = h("input", { type: "checkbox", id: "keys-on" });
  box.checked = keysAreOn();
  box.addEventListener("change", () => switchKeys(box.checked));
  const actions = Object.entries(ACTION_KEYS).map(([key, action]) => row(key, actionText(action)));
  const dialog: Dialog = new Dialog({
    title: t("dk.help.title"),
    body: [h("dl", { class: "facts key-list" }, ...ROWS.map(([keys, text]) => row(keys, t(text))), ...actions), h("label", { class: "check" }, box, t("dk.help.on"))],
    buttons: [button(t("wb.ok"), () => dialog.close(), { id: "help-close" })],
    submitted: () => dialog.close(),
  });
}
