/** Wires the page together. */
import { getMeta } from "./api/endpoints";
import type { Meta } from "./api/types";
import { chooseLanguage, language, rememberedLanguage, t } from "./i18n/i18n";
import { translatePage } from "./i18n/static";
import { byId, h } from "./panel/dom";
import { Page } from "./page";
import { problemText } from "./panel/problems";
import { hideAlert, showAlert, translateAlerts } from "./panel/alert";
import { say, sayAgain } from "./panel/status";
import { startTabs, translateFold } from "./panel/tabs";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/map.css";

let city: Meta | null = null;
let page: Page | null = null;

function translate(): void {
  translatePage(document);
  translateFold();
  translateAlerts();
  sayAgain();
  byId("city-name").textContent = city?.city.name ?? "";
  document.title = city ? `${city.city.name} · ${t("page.title")}` : t("page.title");
  const other = language.get() === "zh" ? "en" : "zh";
  byId("language").textContent = other === "en" ? "English" : "中文";
  byId("language").lang = other === "en" ? "en" : "zh-CN";
}

async function start(): Promise<void> {
  hideAlert("city");
  try {
    const meta = await getMeta();
    byId("synthetic").hidden = !meta.synthetic;
    city = meta;
    translate();
    page = new Page(meta);
  } catch (error) {
    showAlert("city", () => `${t("error.meta")} ${problemText(error)}`, () => void start());
    byId("card").replaceChildren(h("h2", {}, t("error.title")), h("p", {}, problemText(error)));
  }
}

/** Whether keys or a pointer were used last decides if a clicked map shows its focus ring and crosshair. */
function watchInput(): void {
  const note = (how: string) => (): void => void (document.documentElement.dataset["input"] = how);
  document.addEventListener("keydown", note("keys"), true);
  document.addEventListener("pointerdown", note("pointer"), true);
}

watchInput();
startTabs();
chooseLanguage(rememberedLanguage());
translate();
language.subscribe(() => {
  translate();
  page?.translate();
});
byId("language").addEventListener("click", () => {
  chooseLanguage(language.get() === "zh" ? "en" : "zh");
  say("choice", () => t("status.language"));
});
void start();
