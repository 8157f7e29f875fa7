/** How a report of the public goes: asked by its number and code. */
import { followReport, type PublicStatus } from "../../api/reports";
import { instant } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { fact } from "../card";
import { stateText } from "../desk/words";
import { byId, h, name } from "../dom";
import { Latest } from "../problems";
import { field } from "../workbench/parts";

const DATES = ["reported_at", "registered_at", "dispatched_at", "handled_at", "closed_at"] as const;

export class Follow {
  private readonly no = h("input", { id: "follow-no", type: "text", inputmode: "numeric", maxlength: "40", autocomplete: "off", spellcheck: "false" });
  private readonly token = h("input", { id: "follow-token", type: "text", maxlength: "100", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "follow-error" });
  private readonly asking = new Latest();
  private found: PublicStatus | null = null;

  render(): void {
    const form = byId<HTMLFormElement>("follow-form");
    const submit = h("button", { type: "submit", class: "button", id: "follow-ask" }, t("rp.followAsk"));
    form.replaceChildren(h("p", { class: "muted" }, t("rp.followText")), field(t("rp.no"), this.no), field(t("rp.token"), this.token), this.failed, submit);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.ask();
    };
    this.failed.textContent = "";
    this.show();
  }

  ask(no: string = this.no.value.trim(), token: string = this.token.value.trim()): void {
    [this.no.value, this.token.value] = [no, token];
    this.failed.textContent = no === "" || token === "" ? t("rp.followNeed") : "";
    this.found = null;
    this.show();
    if (no === "" || token === "") return;
    void this.asking.run(
      (signal) => followReport(no, token, signal),
      (found) => {
        this.found = found;
        this.show();
      },
      (error) => (this.failed.textContent = said(error).text),
    );
  }

  private show(): void {
    byId("followed").replaceChildren(...(this.found ? [facts(this.found)] : []));
  }
}

function facts(found: PublicStatus): HTMLElement {
  const dates = DATES.filter((one) => found[one] !== null).map((one) => fact(t(`rp.date.${one}`), instant(found[one]!)));
  const grid = found.grid === null ? h("span", {}, t("rp.noGrid")) : name(found.grid);
  const state = h("span", { class: "badge state", "data-state": found.state }, stateText(found.state));
  return h("dl", { class: "facts" }, fact(t("rp.no"), found.no), fact(t("rp.status"), state), fact(t("rp.grid"), grid), ...dates);
}
