/** What is kept of a report of the public, and for how long, as the city has set it. */
import { getSetting } from "../../api/settings";
import { integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { h } from "../dom";

/** The product's default, told until the city's own is known. */
const DEFAULT_DAYS = 90;

export function privacy(): HTMLElement {
  const contact = h("li", {}, t("rp.privacy.contact", { n: integer(DEFAULT_DAYS) }));
  void getSetting<number>("contact.keep_days")
    .then((days) => (contact.textContent = t("rp.privacy.contact", { n: integer(days ?? DEFAULT_DAYS) })))
    .catch(() => undefined);
  const rest = [t("rp.privacy.none"), t("rp.privacy.here")].map((text) => h("li", {}, text));
  return h("details", { class: "privacy", id: "privacy" }, h("summary", {}, t("rp.privacy")), h("ul", {}, h("li", {}, t("rp.privacy.report")), contact, ...rest));
}
