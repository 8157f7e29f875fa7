/** The outbox as a list: what waits, what is in, what was refused and why. */
import { Problem } from "../../api/client";
import type { Meta } from "../../api/types";
import { instant, integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import type { Entry } from "../../report/entry";
import type { Outbox, Sending } from "../../report/outbox";
import type { Who } from "../../report/who";
import { said } from "../../workbench/problemWords";
import { fact } from "../card";
import { matterText } from "../desk/words";
import { h, name } from "../dom";
import { button, fillBox } from "../workbench/parts";

export interface BoxActs {
  /** False where something else is being written. */
  readonly change: (entry: Entry) => boolean;
  readonly follow: (entry: Entry) => void;
}

/** Those of other accounts that share the browser are counted, not shown. */
export function ownEntries(entries: readonly Entry[], who: Who): readonly Entry[] {
  return entries.filter(({ account }) => account === null || account === who.writer());
}

export function renderBox(box: HTMLElement, outbox: Outbox, who: Who, meta: Meta | null, acts: BoxActs): void {
  const all = outbox.entries.get();
  const own = ownEntries(all, who);
  const others = all.filter((entry) => !own.includes(entry) && entry.state === "waiting").length;
  const rows = [...own].reverse().map((entry) => row(entry, outbox, who, meta, acts));
  fillBox(
    box,
    !outbox.isKept.get() && h("p", { class: "notice" }, t("rp.notKept")),
    trouble(outbox, own),
    rows.length === 0 ? h("p", { class: "muted nothing" }, t("rp.boxEmpty")) : h("ol", { class: "box-rows" }, ...rows),
    others > 0 && h("p", { class: "muted" }, t("rp.others", { n: integer(others) })),
  );
}

function trouble(outbox: Outbox, own: readonly Entry[]): HTMLElement | null {
  const state = outbox.sending.get();
  if (state.kind !== "waiting" || !own.some((entry) => entry.state === "waiting")) return null;
  const text = state.error.status === 0 ? t("rp.boxOffline") : `${t("rp.boxRetry")} ${said(state.error).text}`;
  return h("div", { class: "notice box-trouble" }, h("p", {}, text), button(t("rp.retry"), () => void outbox.run(), { id: "retry-now" }));
}

function row(entry: Entry, outbox: Outbox, who: Who, meta: Meta | null, acts: BoxActs): HTMLElement {
  const state = stateOf(entry, outbox.sending.get());
  const head = h("p", { class: "row-head" }, h("span", { class: `badge is-${state}` }, t(`rp.state.${state}`)), h("strong", {}, meta ? matterText(entry.matter, meta) : entry.matter));
  const when = h("p", { class: "muted" }, instant(entry.notedAt), entry.photos.length > 0 ? ` · ${t("rp.nPhotos", { n: integer(entry.photos.length) })}` : "");
  const words = entry.description ? h("p", { class: "told", lang: "zh-CN" }, entry.description) : null;
  return h("li", { class: "box-row", "data-entry": entry.key, "data-state": entry.state }, head, when, words, ...rest(entry, outbox, who, acts));
}

function stateOf({ key, state }: Entry, sending: Sending): "waiting" | "sending" | "sent" | "refused" {
  return state === "waiting" && sending.kind === "sending" && sending.key === key ? "sending" : state;
}

function rest(entry: Entry, outbox: Outbox, who: Who, acts: BoxActs): (HTMLElement | null)[] {
  const remove = (): void => void outbox.remove(entry.key);
  if (entry.state === "sent") return receipt(entry, remove, acts);
  if (entry.state === "refused") return refusal(entry, remove, acts);
  return [entry.account !== null && entry.account !== who.account() ? h("p", {}, t("rp.waitsFor", { account: entry.account })) : null];
}

function receipt(entry: Entry, remove: () => void, acts: BoxActs): (HTMLElement | null)[] {
  const { no, token, grid } = entry.receipt!;
  const facts = [fact(t("rp.no"), no), grid ? fact(t("rp.grid"), name(grid)) : null, token ? fact(t("rp.token"), h("span", { class: "token" }, token)) : null];
  return [
    h("dl", { class: "facts" }, ...facts),
    token ? h("p", { class: "muted" }, t("rp.tokenHint")) : null,
    h("div", { class: "acts" }, button(t(token ? "rp.follow" : "rp.openTask"), () => acts.follow(entry), { id: `follow-${entry.key}` }), button(t("rp.remove"), remove, { id: `remove-${entry.key}` })),
  ];
}

function refusal(entry: Entry, remove: () => void, acts: BoxActs): HTMLElement[] {
  const { code, status, detail } = entry.problem!;
  const { text, detail: more } = said(new Problem(code, status, detail));
  const change = (): void => {
    if (acts.change(entry)) remove();
  };
  return [
    h("div", { class: "problem" }, h("p", {}, text), more ? h("p", { class: "muted", lang: "en" }, more) : null),
    h("div", { class: "acts" }, button(t("rp.change"), change, { strong: true, id: `change-${entry.key}` }), button(t("rp.discard"), remove, { id: `remove-${entry.key}` })),
  ];
}
