/** Three ways to say where: the phone's position, asked for by a press alone; an address; and, beside this box, the map. */
import { findAddresses, type AddressFound } from "../../api/gazetteer";
import type { Spot } from "../../grid/finder";
import { integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { Locator } from "../../report/locating";
import { BROWSER_CLOCK } from "../../workbench/clock";
import { said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { spoken } from "../status";
import { button, field, fillBox, working } from "../workbench/parts";

export class SpotBox {
  private readonly address = h("input", { id: "address", type: "text", maxlength: "200", autocomplete: "off", spellcheck: "false" });
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "spot-error" });
  private readonly offered = h("div", { id: "addresses" });
  private readonly asking = new Latest();
  private readonly locator: Locator;
  private best: Spot | null = null;
  private isAsked = false;

  constructor(
    private readonly box: HTMLElement,
    private readonly chosen: (spot: Spot, isBetter: boolean) => void,
  ) {
    this.locator = new Locator(BROWSER_CLOCK, (point) => this.fixed(point));
    this.locator.state.subscribe(() => this.located());
  }

  render(): void {
    const find = h("button", { type: "submit", class: "button", id: "address-ask" }, t("gr.addressAsk"));
    const form = h("form", { id: "address-form", class: "by-address", role: "search", autocomplete: "off", novalidate: true }, field(t("gr.address"), this.address, t("gr.addressHint")), find);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.ask(this.address.value.trim());
    };
    const isLocating = this.locator.state.get().kind === "asking";
    const locate = button(t(isLocating ? "gr.locating" : "gr.locate"), () => this.locate(), { icon: "fly", id: "locate", strong: true });
    this.failed.textContent = "";
    this.offered.replaceChildren();
    fillBox(this.box, locate, h("p", { class: "muted" }, t("gr.locateHint")), form, this.failed, this.offered, h("p", { class: "muted" }, t("gr.mapHint")));
  }

  /** Somebody points at the map instead. */
  stop(): void {
    this.best = null;
    this.locator.stop();
    this.asking.cancel();
    this.failed.textContent = "";
    this.offered.replaceChildren();
  }

  private locate(): void {
    this.stop();
    this.isAsked = false;
    this.locator.start();
  }

  /** The first fix is answered at once; better ones only when the phone has done its best. */
  private fixed(spot: Spot): void {
    this.best = spot;
    if (this.isAsked) return;
    this.isAsked = true;
    this.give(false);
  }

  private give(isBetter: boolean): void {
    if (this.best) this.chosen(this.best, isBetter);
    this.best = null;
  }

  private located(): void {
    const state = this.locator.state.get();
    this.box.dataset["locating"] = state.kind;
    if (state.kind === "idle" && this.isAsked) this.give(true);
    this.failed.textContent = state.kind === "failed" ? t(`rp.locate.${state.why}`) : "";
    const words = document.querySelector("#locate span");
    if (words) words.textContent = t(state.kind === "asking" ? "gr.locating" : "gr.locate");
  }

  private ask(q: string): void {
    this.stop();
    if (q === "") {
      this.failed.textContent = t("gr.addressNeed");
      return this.address.focus();
    }
    this.offered.replaceChildren(working(t("gr.addressWorking")));
    void this.asking.run(
      (signal) => findAddresses(q, signal),
      (found) => this.offer(q, found),
      (error) => {
        this.offered.replaceChildren();
        this.failed.textContent = said(error).text;
      },
    );
  }

  /** Candidates to choose from, never a guess: the wrong door is another grid's. */
  private offer(q: string, found: readonly AddressFound[]): void {
    if (found.length === 0) {
      this.failed.replaceChildren(...spoken(t("gr.addressNone", { q })));
      return this.offered.replaceChildren();
    }
    const rows = found.map((one) => h("li", {}, this.candidate(one)));
    this.offered.replaceChildren(h("p", { id: "address-count", tabindex: "-1" }, t("gr.addressCount", { n: integer(found.length) })), h("ul", { class: "candidates" }, ...rows));
    this.offered.querySelector("p")!.focus();
  }

  private candidate({ lon, lat, name: called, path }: AddressFound): HTMLElement {
    const take = (): void => {
      this.stop();
      this.chosen({ lon, lat, datum: "cgcs2000", accuracyM: null }, false);
    };
    const place = h("span", { class: "muted" }, name(path));
    return h("button", { type: "button", class: "candidate", onclick: take }, h("strong", {}, name(called)), place);
  }
}
