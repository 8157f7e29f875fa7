/** The bar between today and the change set, by pointer or by keys; the page holds where it stands. */
import { t } from "../../i18n/i18n";
import type { Key } from "../../i18n/zh";

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.1, PageUp: 0.1 };

export class SwipeBar {
  readonly element = document.createElement("div");
  private readonly before = document.createElement("span");
  private readonly after = document.createElement("span");

  constructor(
    private readonly host: HTMLElement,
    private readonly moved: (share: number) => void,
    private readonly words: { readonly before: Key; readonly after: Key } = { before: "editor.before", after: "editor.after" },
  ) {
    this.element.className = "swipe-bar";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "slider");
    this.element.setAttribute("aria-valuemin", "0");
    this.element.setAttribute("aria-valuemax", "100");
    this.before.className = "swipe-side is-before";
    this.after.className = "swipe-side is-after";
    this.element.append(this.before, this.after);
    this.listen();
  }

  private listen(): void {
    const { element } = this;
    element.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.moved(this.shareAt(event.clientX));
    });
    // Leaflet listens for these below: the bar must not drag the map along.
    for (const name of ["mousedown", "touchstart", "dblclick"]) element.addEventListener(name, (event) => event.stopPropagation());
    element.addEventListener("keydown", (event) => this.key(event));
  }

  private shareAt(clientX: number): number {
    const { left, width } = this.host.getBoundingClientRect();
    return width === 0 ? 0.5 : (clientX - left) / width;
  }

  private key(event: KeyboardEvent): void {
    const now = Number(this.element.getAttribute("aria-valuenow")) / 100;
    const ends: Readonly<Record<string, number>> = { Home: 0, End: 1 };
    const next = ends[event.key] ?? (event.key in STEPS ? now + STEPS[event.key]! : null);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.moved(next);
  }

  show(share: number): void {
    this.element.style.left = `${share * 100}%`;
    this.element.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    this.element.setAttribute("aria-label", t("editor.swipe"));
    this.before.textContent = t(this.words.before);
    this.after.textContent = t(this.words.after);
  }
}
