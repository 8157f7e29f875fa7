/** Opens a page of work: its language and menu at once, the page itself as soon as the city and who is signed in are known. */
import { getMeta } from "../api/endpoints";
import type { Meta } from "../api/types";
import { t } from "../i18n/i18n";
import type { Key } from "../i18n/zh";
import { said } from "../workbench/problemWords";
import type { SignedIn } from "../workbench/session";
import { byId, h } from "./dom";
import { startLanguage } from "./language";
import { startNav, type PageName } from "./nav";
import { button } from "./workbench/parts";

/** What is built on the page, and says itself again in another language. */
interface Built {
  translate(): void;
}

export interface PageToOpen {
  readonly here: PageName;
  readonly title: Key;
  readonly signedIn: SignedIn;
  readonly build: (city: Meta) => Built;
  /** What the page then begins with. */
  readonly begin?: () => Promise<void>;
  /** Says again what else is on the page. */
  readonly again?: () => void;
  /** Shows that there is no city; by default in `#problem`. */
  readonly failed?: (text: string, retry: HTMLElement) => void;
}

export function openPage({ here, title, signedIn, build, begin, again, failed = showProblem }: PageToOpen): void {
  let [city, page]: [Meta | null, Built | null] = [null, null];
  const showNav = startNav(here, signedIn);
  const sayPage = startLanguage({
    title: () => (city ? `${t(title)} · ${city.city.name}` : t(title)),
    again: () => {
      again?.();
      showNav();
      page?.translate();
    },
  });

  async function start(): Promise<void> {
    try {
      [city] = await Promise.all([getMeta(), signedIn.refresh()]);
      byId("synthetic").hidden = !city.synthetic;
      sayPage();
      page = build(city);
      await begin?.();
    } catch (error) {
      failed(`${t("error.meta")} ${said(error).text}`, button(t("error.retry"), () => void start()));
    }
  }

  void start();
}

function showProblem(text: string, retry: HTMLElement): void {
  const box = byId("problem");
  retry.addEventListener("click", () => box.replaceChildren());
  box.replaceChildren(h("div", { class: "problem" }, h("p", {}, text), retry));
}
