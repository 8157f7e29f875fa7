/** The one place in the order of focus that stands for the vertex in hand; canvases cannot take the focus. */
import { t } from "../../i18n/i18n";
import type { Pixel } from "./camera";

export class VertexStop {
  readonly element = document.createElement("button");
  private named = "";

  constructor(whenEntered: () => void) {
    this.element.type = "button";
    this.element.className = "vertex-stop";
    this.element.hidden = true;
    this.element.addEventListener("focus", whenEntered);
  }

  /** `order` of `count` vertices is in hand; null: none yet, but there are some. */
  show(at: Pixel | null, order: number | null, count: number, taken: boolean): void {
    this.element.hidden = count === 0;
    const key = order === null ? "editor.stop.none" : taken ? "editor.stop.taken" : "editor.stop.focus";
    const name = t(key, { n: order ?? 0, count });
    if (name !== this.named) this.element.setAttribute("aria-label", name);
    this.named = name;
    if (at !== null) this.element.style.transform = `translate(${at[0] - 14}px, ${at[1] - 14}px)`;
  }
}
