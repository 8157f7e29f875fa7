/** The list of matters, found by typing: a combobox that lies in the form, so that a phone's keyboard does not hide it. */
import type { Matter, Meta } from "../../api/types";
import { named, t } from "../../i18n/i18n";
import { h } from "../dom";
import { markPicture } from "../marks";
import { say } from "../status";

export class MatterBox {
  readonly element: HTMLElement;
  private readonly list = h("ul", { role: "listbox", id: "matter-list", class: "matter-list", "aria-label": t("rp.matter") });
  private readonly note = h("p", { class: "notice", id: "matter-note", hidden: true });
  private readonly input: HTMLInputElement;
  private shown: readonly Matter[] = [];
  private active = -1;
  private code = "";
  /** A code of a draft for which there is no list yet. */
  private wanted = "";

  constructor(
    private meta: Meta | null,
    private readonly changed: () => void,
  ) {
    const list = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "matter-list" };
    this.input = h("input", { id: "report-matter", type: "text", maxlength: "40", spellcheck: "false", autocomplete: "off", "aria-describedby": "matter-hint", ...list });
    this.list.hidden = true;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("keydown", (event) => this.key(event));
    // Closing it at the loss of focus would move the page between a press and its release, and what was pressed would miss it.
    document.addEventListener("click", this.elsewhere);
    const label = h("label", { for: "report-matter" }, t("rp.matter"));
    this.element = h("div", { class: "field" }, label, this.input, h("p", { class: "muted", id: "matter-hint" }, t("rp.matterHint")), this.list, this.note);
  }

  /** What stands in the box stays, unless it was waiting for the list. */
  setCity(meta: Meta): void {
    this.meta = meta;
    if (this.wanted !== "") this.set(this.wanted);
    else if (document.activeElement === this.input) this.offer(this.input.value.trim());
  }

  get(): string {
    return this.code || this.wanted;
  }

  set(code: string): void {
    const found = this.meta?.matters.find((one) => one.code === code);
    this.wanted = found ? "" : code;
    this.code = found ? code : "";
    this.input.value = found ? named(found) : "";
    this.tellUrgent(found);
  }

  focus(): void {
    this.input.focus();
  }

  stop(): void {
    document.removeEventListener("click", this.elsewhere);
  }

  private readonly elsewhere = ({ target }: Event): void => {
    if (!this.element.contains(target as Node)) this.close();
  };

  private tellUrgent(matter: Matter | undefined): void {
    this.note.hidden = !matter?.urgent;
    this.note.textContent = matter?.urgent ? t("rp.matterUrgent") : "";
  }

  private typed(): void {
    this.code = this.wanted = "";
    this.tellUrgent(undefined);
    this.offer(this.input.value.trim());
    this.changed();
  }

  /** All of them while the chosen one stands there, else those that what is typed finds. */
  private open(): void {
    if (this.list.hidden) this.offer(this.code === "" ? this.input.value.trim() : "");
  }

  private offer(text: string): void {
    const wanted = text.toLowerCase();
    const words = (one: Matter): string[] => [one.code, one.name_zh, one.name_en, this.family(one), one.urgent ? t("incidents.urgent") : ""];
    const fits = (one: Matter): boolean => words(one).some((word) => word.toLowerCase().includes(wanted));
    this.shown = (this.meta?.matters ?? []).filter(fits);
    const rows = this.shown.map((one, i) => this.option(one, i));
    this.list.replaceChildren(...rows);
    this.list.hidden = rows.length === 0;
    this.input.setAttribute("aria-expanded", String(rows.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
    if (this.meta) say("choice", () => (rows.length === 0 ? t("rp.matterNone") : t("rp.matterCount", { n: rows.length })));
  }

  private family({ family }: Matter): string {
    const found = this.meta?.families.find(({ code }) => code === family);
    return found ? named(found) : family;
  }

  private option(matter: Matter, i: number): HTMLElement {
    const take = (event: Event): void => {
      event.preventDefault(); // the input keeps the focus
      this.choose(i);
    };
    const urgent = matter.urgent && h("span", { class: "badge urgent" }, t("incidents.urgent"));
    const words = h("span", { class: "matter-name" }, named(matter), h("span", { class: "muted" }, `${this.family(matter)} · ${matter.code}`));
    return h("li", { role: "option", id: `matter-${i}`, "aria-selected": "false", "data-code": matter.code, onmousedown: take }, markPicture(matter.family), words, urgent);
  }

  private choose(i: number): void {
    const matter = this.shown[i];
    if (!matter) return;
    this.set(matter.code);
    this.close();
    this.changed();
    say("choice", () => named(matter) + (matter.urgent ? ` · ${t("incidents.urgent")}` : ""));
  }

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" || event.key === "Tab") return this.close();
    if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      return this.choose(Math.max(0, this.active));
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.open();
    this.move(event.key === "ArrowDown" ? 1 : -1);
  }

  private move(step: number): void {
    const count = this.shown.length;
    if (count === 0) return;
    this.active = (this.active + step + count) % count;
    [...this.list.children].forEach((one, i) => one.setAttribute("aria-selected", String(i === this.active)));
    const chosen = this.list.children[this.active]!;
    this.input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }
}
