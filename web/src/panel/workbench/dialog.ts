/** A window over the page that asks for something. Where the browser has no <dialog> it lies over the page all the same. */
import { h } from "../dom";

export interface Asking {
  readonly title: string;
  readonly body: readonly (Node | null)[];
  readonly buttons: readonly Node[];
  /** False for a question that cannot be left open. */
  readonly canClose?: boolean;
  readonly closed?: () => void;
  readonly submitted: () => void;
}

export class Dialog {
  private readonly element: HTMLDialogElement;
  private readonly before = document.activeElement;

  constructor(private readonly asking: Asking) {
    const submit = (event: Event): void => {
      event.preventDefault();
      asking.submitted();
    };
    const form = h(
      "form",
      { method: "dialog", onsubmit: submit },
      ...asking.body,
      h("div", { class: "dialog-buttons" }, ...asking.buttons),
    );
    this.element = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, h("h2", { id: "dialog-title" }, asking.title), form);
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (asking.canClose !== false) this.close();
    });
    document.body.append(this.element);
    if (typeof this.element.showModal === "function") this.element.showModal();
    else this.element.setAttribute("open", "");
    this.element.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
  }

  close(): void {
    this.element.remove();
    if (this.before instanceof HTMLElement && this.before.isConnected) this.before.focus();
    this.asking.closed?.();
  }
}
