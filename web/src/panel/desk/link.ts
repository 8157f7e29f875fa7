/** Whether what the desk shows is live, and what to do where it is not. */
import type { Link } from "../../desk/desk";
import { t } from "../../i18n/i18n";
import { byId, h } from "../dom";
import { button } from "../workbench/parts";

const TONES: Readonly<Partial<Record<Link, string>>> = { offline: "is-bad", waiting: "is-wait", signed_out: "is-wait", forbidden: "is-bad" };

export interface LinkActs {
  readonly load: () => void;
  readonly signIn: () => void;
}

export function showLink(link: Link, { load, signIn }: LinkActs): void {
  document.documentElement.dataset["link"] = link;
  const box = byId("link");
  box.className = `saving ${TONES[link] ?? ""}`;
  box.replaceChildren(h("span", { class: `dot dot-${link}`, "aria-hidden": "true" }), t(`dk.link.${link}`));
  const offline = byId("offline");
  offline.hidden = link !== "offline" && link !== "signed_out" && link !== "forbidden";
  if (link === "offline") offline.replaceChildren(h("p", {}, t("dk.offline")), button(t("dk.offlineNow"), load, { id: "retry-now" }));
  if (link === "signed_out") offline.replaceChildren(h("p", {}, t("dk.signedOut")), button(t("wb.signIn"), signIn, { id: "sign-in-here" }));
  if (link === "forbidden") offline.replaceChildren(h("p", {}, t("dk.forbidden")));
}
