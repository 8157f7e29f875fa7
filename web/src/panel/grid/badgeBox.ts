/** Is this badge's owner a grid worker now? Asked by the code on the badge, or by its number. */
import { Problem } from "../../api/client";
import { getBadge, type Badge } from "../../api/publicGrid";
import { badgeNo } from "../../grid/address";
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { fact } from "../card";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { button, field, fillBox, working } from "../workbench/parts";
import { minutes } from "./waiting";

type Shown = { readonly kind: "nothing" | "working" } | { readonly kind: "badge"; readonly badge: Badge } | { readonly kind: "failed"; readonly error: unknown; readonly no: string };

export class BadgeBox {
  private readonly no = h("input", { id: "badge-no", type: "text", maxlength: "30", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "badge-error" });
  private readonly found = h("div", { id: "badge-found", "aria-live": "polite" });
  private readonly asking = new Latest();
  private shown: Shown = { kind: "nothing" };

  constructor(
    private readonly box: HTMLElement,
    private readonly showGrid: (code: string) => void,
  ) {}

  render(): void {
    const form = h("form", { id: "badge-form", novalidate: true, autocomplete: "off" }, field(t("gr.badgeNo"), this.no), this.failed, h("button", { type: "submit", class: "button", id: "badge-ask" }, t("gr.badgeAsk")));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.ask(this.no.value);
    };
    this.failed.textContent = "";
    fillBox(this.box, h("p", { class: "muted" }, t("gr.badgeText")), form, this.found);
    this.show(this.shown);
  }

  ask(text: string): void {
    const no = badgeNo(text);
    this.no.value = no || text;
    this.failed.textContent = no === "" ? t("gr.badgeNeed") : "";
    this.show({ kind: no === "" ? "nothing" : "working" });
    if (no === "") return this.no.focus();
    void this.asking.run(
      (signal) => getBadge(no, signal),
      (badge) => this.show({ kind: "badge", badge }),
      (error) => this.show({ kind: "failed", error, no }),
    );
  }

  private show(shown: Shown): void {
    this.shown = shown;
    this.found.dataset["badge"] = shown.kind === "badge" ? (shown.badge.valid ? "valid" : "invalid") : shown.kind;
    if (shown.kind === "working") this.found.replaceChildren(working(t("gr.working")));
    else if (shown.kind === "badge") this.found.replaceChildren(...this.verdict(shown.badge));
    else if (shown.kind === "failed") this.found.replaceChildren(h("p", { class: "notice alarm" }, failure(shown.error, shown.no)));
    else this.found.replaceChildren();
  }

  private verdict(badge: Badge): HTMLElement[] {
    if (!badge.valid) return [h("p", { class: "notice alarm" }, t("gr.badgeInvalid")), h("dl", { class: "facts" }, fact(t("gr.badgeNo"), badge.badge_no))];
    const grids = badge.grids.map((one) => h("li", {}, button(one.name, () => this.showGrid(one.code))));
    const facts = h(
      "dl",
      { class: "facts" },
      fact(t("gr.badgeName"), name(badge.name ?? "")),
      badge.kind && fact(t("gr.badgeKind"), t(`gr.worker.${badge.kind}`)),
      badge.place && fact(t("gr.badgePlace"), name(badge.place.name)),
      fact(t("gr.badgeNo"), badge.badge_no),
      fact(t("gr.badgeGrids"), grids.length === 0 ? t("gr.badgeNoGrids") : h("ul", { class: "plain", lang: "zh-CN" }, ...grids)),
    );
    return [h("p", { class: "notice good" }, t("gr.badgeValid")), facts, h("p", { class: "muted" }, t("gr.badgeCompare"))];
  }
}

function failure(error: unknown, no: string): string {
  if (error instanceof Problem && error.code === "unknown_badge") return t("gr.badgeUnknown", { no });
  if (error instanceof Problem && error.status === 429) return t("gr.badgeMany", { n: minutes(error) });
  return said(error).text;
}
