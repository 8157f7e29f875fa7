/** What stands on the map in words: how the tool in hand is used, and why something cannot be done, at its place. */
import { t, type Values } from "../../i18n/i18n";
import type { Refusal } from "../../topology";
import { refusalText } from "../../workbench/problemWords";
import type { Hint, HintButton } from "./desk";

const BUTTONS = { finish: "editor.finish", back: "editor.back", cancel: "editor.cancel" } as const;

/** The hint under the map. It is rebuilt only when it says something else, so that its buttons keep the focus. */
export class HintBar {
  readonly element = document.createElement("div");
  private shown = "";

  constructor(private readonly pressed: (button: HintButton) => void) {
    this.element.className = "editor-hint";
    for (const name of ["pointerdown", "mousedown", "touchstart", "dblclick", "click"]) {
      this.element.addEventListener(name, (event) => event.stopPropagation());
    }
  }

  show(hint: Hint): void {
    const text = t(hint.key, hint.values as Values);
    const now = JSON.stringify([text, hint.buttons ?? []]);
    if (now === this.shown) return;
    this.shown = now;
    const words = document.createElement("p");
    words.textContent = text;
    this.element.replaceChildren(words, ...(hint.buttons ?? []).map((button) => this.button(button)));
  }

  /** How much of the map, from its southern edge on, lies under the hint, in pixels. */
  covered(): number {
    const around = this.element.parentElement;
    return around === null || this.element.offsetHeight === 0 ? 0 : around.clientHeight - this.element.offsetTop;
  }

  private button(name: HintButton): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name === "finish" ? "button strong" : "button";
    button.dataset["hint"] = name;
    button.textContent = t(BUTTONS[name]);
    button.addEventListener("click", () => this.pressed(name));
    return button;
  }
}

/** The sentence of a refusal, beside the pointer or at the place it is about. */
export class RefusalNote {
  readonly element = document.createElement("p");

  constructor() {
    this.element.className = "editor-refusal";
    this.element.hidden = true;
  }

  /** Pixels of the map, of whose size the note keeps within. */
  show(refusal: Refusal | null, at: readonly [number, number], size: readonly [number, number]): void {
    this.element.hidden = refusal === null;
    if (refusal === null) return;
    this.element.textContent = refusalText(refusal.code);
    const { offsetWidth, offsetHeight } = this.element;
    const [x, y] = [within(at[0] + 16, size[0] - offsetWidth), within(at[1] + 18, size[1] - offsetHeight)];
    this.element.style.transform = `translate(${x}px, ${y}px)`;
  }
}

const AIR_PX = 8;

function within(at: number, most: number): number {
  return Math.max(Math.min(at, most - AIR_PX), AIR_PX);
}
