/** Sentences that several parts of the office page say. */
import { Problem } from "../../api/client";
import { t, tOr } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { h } from "../dom";
import { button } from "../workbench/parts";

export const stateText = (state: string): string => tOr(`of.state.${state}`, state);

export function stateChip(state: string): HTMLElement {
  return h("span", { class: `filing-state is-${state}` }, stateText(state));
}

export const isSignedOut = (error: unknown): boolean => error instanceof Problem && error.code === "not_signed_in";

export interface Ways {
  readonly retry: () => void;
  readonly signIn: () => void;
}

/** Why a part of the page has nothing to show, and what to do about it. */
export function failure(error: unknown, { retry, signIn }: Ways): HTMLElement {
  if (isSignedOut(error)) return signedOut(signIn);
  if (error instanceof Problem && error.code === "forbidden") return h("p", { class: "notice", "data-failure": "forbidden" }, t("of.forbidden"));
  const { text, detail } = said(error);
  const code = error instanceof Problem ? error.code : "unexpected";
  return h(
    "div",
    { class: "problem", role: "alert", "data-failure": code },
    h("p", {}, text),
    detail ? h("p", { class: "muted", lang: "en" }, detail) : null,
    button(t("error.retry"), retry),
  );
}

export function signedOut(signIn: () => void): HTMLElement {
  return h("div", { class: "notice", "data-failure": "not_signed_in" }, h("p", {}, t("of.signedOut")), button(t("wb.signIn"), signIn, { strong: true, id: "sign-in-here" }));
}

/** A wide table scrolls by itself and can be reached by keys. */
export function scroll(label: string, table: HTMLElement): HTMLElement {
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label }, table);
}

/** Options out of the data are Chinese whatever the language of the interface; the first, which has no value, is the page's own. */
export function inChinese(box: HTMLSelectElement): HTMLSelectElement {
  for (const option of box.options) if (option.value !== "") option.lang = "zh-CN";
  return box;
}
