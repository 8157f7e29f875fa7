/** Texts that stand in the page itself, marked by attributes: data-i18n, data-i18n-label, data-i18n-title, data-i18n-placeholder. */
import { isKey, t } from "./i18n";

const ATTRIBUTES: Readonly<Record<string, string>> = {
  "data-i18n-label": "aria-label",
  "data-i18n-title": "title",
  "data-i18n-placeholder": "placeholder",
};

export function translatePage(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-i18n]")) {
    const key = element.dataset["i18n"] ?? "";
    if (isKey(key)) element.textContent = t(key);
  }
  for (const [mark, attribute] of Object.entries(ATTRIBUTES)) translateAttribute(root, mark, attribute);
}

function translateAttribute(root: ParentNode, mark: string, attribute: string): void {
  for (const element of root.querySelectorAll(`[${mark}]`)) {
    const key = element.getAttribute(mark) ?? "";
    if (isKey(key)) element.setAttribute(attribute, t(key));
  }
}
