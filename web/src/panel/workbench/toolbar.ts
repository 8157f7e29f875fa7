/** The tools at the map's left: one tab stop, arrow keys between them, and a letter for each while the map has the focus. */
import { t } from "../../i18n/i18n";
import type { Store, Tool } from "../../workbench/store";
import { TOOLS } from "../../workbench/store";
import { byId, h } from "../dom";
import { icon } from "./parts";

export const LETTERS: Readonly<Record<Tool, string>> = {
  select: "V",
  vertex: "N",
  border: "B",
  split: "S",
  merge: "M",
  transfer: "T",
  carve: "C",
  draw: "D",
};

export class Toolbar {
  private readonly box = byId("toolbar");

  constructor(
    private readonly store: Store,
    private readonly whole: () => void,
  ) {
    this.box.addEventListener("keydown", (event) => this.step(event));
    for (const one of [store.tool, store.readOnly, store.work]) one.subscribe(() => this.refresh());
    this.translate();
  }

  translate(): void {
    this.box.setAttribute("aria-label", t("wb.toolbar"));
    const tools = TOOLS.map((tool) => this.toolButton(tool));
    const undo = this.actButton("undo", `${t("wb.undo")} (Ctrl+Z)`, () => this.store.undo());
    const redo = this.actButton("redo", `${t("wb.redo")} (Ctrl+Y)`, () => this.store.redo());
    const whole = this.actButton("whole", t("wb.whole"), this.whole);
    this.box.replaceChildren(...tools, h("hr", {}), undo, redo, h("hr", {}), whole);
    this.refresh();
  }

  private toolButton(tool: Tool): HTMLElement {
    const label = `${t(`tool.${tool}`)} (${LETTERS[tool]})`;
    const attributes = {
      type: "button",
      class: "tool",
      id: `tool-${tool}`,
      "aria-label": label,
      title: `${label}\n${t(`tool.${tool}.hint`)}`,
    };
    return h("button", { ...attributes, "data-tool": tool, onclick: () => this.store.setTool(tool) }, icon(tool));
  }

  private actButton(name: "undo" | "redo" | "whole", label: string, act: () => void): HTMLElement {
    return h("button", { type: "button", class: "tool", id: `act-${name}`, "aria-label": label, title: label, onclick: act }, icon(name));
  }

  /** Buttons that cannot be used keep the focus and say so; they are not taken away under a finger. */
  private refresh(): void {
    const chosen = this.store.tool.get();
    const editable = this.store.readOnly.get() === null;
    for (const button of this.buttons()) {
      const tool = button.dataset["tool"];
      if (tool !== undefined) button.setAttribute("aria-pressed", String(tool === chosen));
      if (tool !== undefined) disable(button, !editable && tool !== "select");
      button.tabIndex = button === (this.buttons().find((one) => one.dataset["tool"] === chosen) ?? this.buttons()[0]) ? 0 : -1;
    }
    disable(byId("act-undo"), !this.store.canUndo());
    disable(byId("act-redo"), !this.store.canRedo());
    if (!editable && chosen !== "select") this.store.setTool("select");
  }

  private buttons(): HTMLButtonElement[] {
    return [...this.box.querySelectorAll<HTMLButtonElement>("button")];
  }

  private step(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const usable = this.buttons().filter((button) => !button.disabled);
    const at = usable.indexOf(document.activeElement as HTMLButtonElement);
    event.preventDefault();
    usable[(at + by + usable.length) % usable.length]?.focus();
  }
}

function disable(button: HTMLElement, isDisabled: boolean): void {
  (button as HTMLButtonElement).disabled = isDisabled;
}

/** Letters choose tools only where no text is typed; undo and redo work everywhere but in a field. */
export function bindKeys(store: Store, map: HTMLElement): void {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event.target) || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) return chord(store, event, key);
    if (event.altKey || !map.contains(document.activeElement)) return;
    const tool = TOOLS.find((one) => LETTERS[one].toLowerCase() === key);
    if (tool !== undefined && (tool === "select" || store.readOnly.get() === null)) store.setTool(tool);
  });
}

function chord(store: Store, event: KeyboardEvent, key: string): void {
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) store.redo();
  else store.undo();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches("input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select")
  );
}
