/** The head of the page: where one is, whether the work is saved, who one is. */
import { t } from "../../i18n/i18n";
import type { Desk } from "../../workbench/desk";
import { said } from "../../workbench/problemWords";
import type { SaveState } from "../../workbench/saving";
import { byId, h, name } from "../dom";
import { button, fillBox, icon } from "./parts";
import type { IconName } from "./icons";

export function renderPlace(desk: Desk): void {
  const land = desk.store.coverage.get();
  const scope = desk.extent.get()?.scope;
  const unit = scope === undefined ? undefined : land?.units.get(scope);
  const set = desk.store.changeSet.get();
  const { at } = desk.address.get();
  const parts = [
    unit ? name(unit.name) : scope ? h("span", {}, scope) : null,
    at === null ? null : h("span", { class: "chip" }, t("wb.asOf", { day: at })),
  ];
  const title = set && h("span", { class: "set-title" }, `#${set.id} `, name(set.title));
  fillBox(byId("place-name"), ...parts, title);
}

interface Chip {
  readonly tone: "good" | "busy" | "wait" | "bad";
  readonly icon: IconName | null;
  readonly text: string;
}

export function renderSaving(desk: Desk, signIn: () => void): void {
  const state = desk.saver.state.get();
  const box = byId("saving");
  const chip = chipOf(state, desk);
  box.hidden = chip === null;
  document.documentElement.dataset["saving"] = state.kind;
  if (chip === null) return;
  box.className = `saving is-${chip.tone}`;
  const retry = retryButton(desk, state, signIn);
  const mark = chip.icon === null ? h("span", { class: "spinner", "aria-hidden": "true" }) : icon(chip.icon);
  fillBox(box, mark, h("span", {}, chip.text), retry);
}

function retryButton(desk: Desk, state: SaveState, signIn: () => void): HTMLElement | null {
  if (state.kind === "waiting") return button(t("error.retry"), () => desk.saver.retry(), { id: "save-retry" });
  return state.kind === "signed_out" ? button(t("wb.signIn"), signIn, { id: "save-sign-in" }) : null;
}

function chipOf(state: SaveState, desk: Desk): Chip | null {
  const kept = t(desk.saver.journalled.get() ? "wb.keptHere" : "wb.notKept");
  switch (state.kind) {
    case "idle":
      return null;
    case "saved":
      return { tone: "good", icon: "check", text: t("wb.saved") };
    case "saving":
      return { tone: "busy", icon: null, text: t("wb.saving") };
    case "waiting":
      return { tone: "wait", icon: "warning", text: `${t(state.error.status === 0 ? "wb.waitingNetwork" : "wb.waitingServer")} ${kept}` };
    case "signed_out":
      return { tone: "wait", icon: "key", text: `${t("wb.signedOut")} ${kept}` };
    case "conflict":
      return { tone: "bad", icon: "warning", text: t("wb.conflict") };
    case "blocked":
      return { tone: "bad", icon: "warning", text: said(state.error).text };
  }
}
