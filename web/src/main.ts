/** Wires the page together. */
import { getMeta } from "./api/endpoints";
import type { Meta } from "./api/types";
import { t } from "./i18n/i18n";
import { byId, h } from "./panel/dom";
import { watchInput } from "./panel/input";
import { startLanguage } from "./panel/language";
import { startNav } from "./panel/nav";
import { Page } from "./page";
import { problemText } from "./panel/problems";
import { hideAlert, showAlert, translateAlerts } from "./panel/alert";
import { startTabs, translateFold } from "./panel/tabs";
import { SignedIn } from "./workbench/session";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/map.css";

const signedIn = new SignedIn();
let city: Meta | null = null;
let page: Page | null = null;

async function start(): Promise<void> {
  hideAlert("city");
  try {
    const meta = await getMeta();
    byId("synthetic").hidden = !meta.synthetic;
    city = meta;
    byId("city-name").textContent = meta.city.name;
    sayPage();
    page = new Page(meta);
  } catch (error) {
    showAlert("city", () => `${t("error.meta")} ${problemText(error)}`, () => void start());
    byId("card").replaceChildren(h("h2", {}, t("error.title")), h("p", {}, problemText(error)));
  }
}

watchInput();
startTabs();
const showNav = startNav("map", signedIn);
const sayPage = startLanguage({
  title: () => (city ? `${city.city.name} · ${t("page.title")}` : t("page.title")),
  again: () => {
    translateFold();
    translateAlerts();
    showNav();
    page?.translate();
  },
  isTold: true,
});
void signedIn.refresh().catch(() => undefined); // the menu then shows what the public sees
void start();
