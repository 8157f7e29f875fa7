/** Small parts that the workbench's panels are made of. */
import { t } from "../../i18n/i18n";
import { h, svg } from "../dom";
import { spoken } from "../status";
import { ICONS, type IconName } from "./icons";

export function icon(name: IconName): SVGElement {
  const drawn = { fill: "none", stroke: "currentColor", "stroke-width": "1.7", "stroke-linecap": "round", "stroke-linejoin": "round" };
  const paths = ICONS[name].map((d) => svg("path", { d }));
  return svg("svg", { viewBox: "0 0 20 20", width: "20", height: "20", "aria-hidden": "true", ...drawn }, ...paths);
}

export interface ButtonLook {
  readonly icon?: IconName;
  readonly strong?: boolean;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly id?: string;
}

export function button(text: string, act: () => void, look: ButtonLook = {}): HTMLButtonElement {
  const classes = ["button", "small", look.strong && "strong", look.danger && "danger"].filter(Boolean).join(" ");
  const attributes = { type: "button", class: classes, id: look.id ?? null, disabled: look.disabled ?? false, onclick: act };
  return h("button", attributes, look.icon ? icon(look.icon) : null, h("span", {}, text));
}

/** A button with a picture alone; its name is said and shown on hover. */
export function iconButton(name: IconName, label: string, act: () => void, look: ButtonLook = {}): HTMLButtonElement {
  const attributes = {
    type: "button",
    class: "icon-only",
    "aria-label": label,
    title: label,
    id: look.id ?? null,
    disabled: look.disabled ?? false,
  };
  return h("button", { ...attributes, onclick: act }, icon(name));
}

/** A text in which names of the register may stand. */
export function words(text: string, tag: "p" | "span" | "strong" = "span", className: string | null = null): HTMLElement {
  return h(tag, { class: className }, ...spoken(text));
}

export function section(title: string, ...children: readonly (Node | string | null | false)[]): HTMLElement {
  return h("section", { class: "block" }, h("h2", {}, title), ...children);
}

export type Option<T extends string> = readonly [value: T, text: string];

/** Radio buttons in one row. */
export function segments<T extends string>(
  id: string,
  label: string,
  options: readonly Option<T>[],
  value: T,
  chosen: (value: T) => void,
): HTMLElement {
  const parts = options.map(([one, text]) => {
    const radio = h("input", { type: "radio", name: id, id: `${id}-${one}`, value: one });
    radio.checked = one === value;
    radio.addEventListener("change", () => chosen(one));
    return h("label", { class: "segment" }, radio, h("span", {}, text));
  });
  return h("fieldset", { class: "compact" }, h("legend", { class: "hidden-text" }, label), h("div", { class: "segments" }, ...parts));
}

export function field(label: string, control: HTMLElement & { id: string }, hint: string | null = null): HTMLElement {
  const note = hint === null ? null : h("p", { class: "muted", id: `${control.id}-hint` }, hint);
  if (note) control.setAttribute("aria-describedby", note.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, note);
}

export function select(id: string, options: readonly Option<string>[], value: string): HTMLSelectElement {
  const box = h("select", { id }, ...options.map(([one, text]) => h("option", { value: one }, text)));
  box.value = value;
  return box;
}

export const working = (text: string): HTMLElement =>
  h("p", { class: "working small-note" }, h("span", { class: "spinner", "aria-hidden": "true" }), text);

/** Replaces what a box shows, and puts the focus back on what has the same id. */
export function fillBox(box: HTMLElement, ...children: readonly (Node | string | null | false)[]): void {
  const focused = document.activeElement;
  const id = focused instanceof HTMLElement && box.contains(focused) ? focused.id : "";
  box.replaceChildren(...children.filter((child): child is Node | string => child !== null && child !== false));
  if (id !== "") document.getElementById(id)?.focus();
}

export const none = (): HTMLElement => h("span", { class: "muted" }, t("wb.none"));
