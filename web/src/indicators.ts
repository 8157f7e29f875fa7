/** Wires the page of indicators together. */
import { getMeta } from "./api/endpoints";
import type { Meta } from "./api/types";
import { chooseLanguage, language, rememberedLanguage, t } from "./i18n/i18n";
import { translatePage } from "./i18n/static";
import { byId, h } from "./panel/dom";
import { IndicatorsPage } from "./panel/indicators/page";
import { button } from "./panel/workbench/parts";
import { said } from "./workbench/problemWords";
import { SignedIn } from "./workbench/session";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/workbench.css";
import "./styles/indicators.css";

const signedIn = new SignedIn();
let meta: Meta | null = null;
let page: IndicatorsPage | null = null;

function translate(): void {
  translatePage(document);
  document.title = meta ? `${t("in.title")} · ${meta.city.name}` : t("in.title");
  const other = language.get() === "zh" ? "en" : "zh";
  byId("language").textContent = other === "en" ? "English" : "中文";
  byId("language").lang = other === "en" ? "en" : "zh-CN";
}

async function start(): Promise<void> {
  const box = byId("problem");
  box.replaceChildren();
  try {
    const [found] = await Promise.all([getMeta(), signedIn.refresh()]);
    meta = found;
    byId("synthetic").hidden = !found.synthetic;
    translate();
    page = new IndicatorsPage(found, signedIn);
  } catch (error) {
    const again = button(t("error.retry"), () => void start());
    box.replaceChildren(h("div", { class: "problem" }, h("p", {}, `${t("error.meta")} ${said(error).text}`), again));
  }
}

chooseLanguage(rememberedLanguage());
translate();
language.subscribe(() => {
  translate();
  page?.translate();
});
byId("language").addEventListener("click", () => chooseLanguage(language.get() === "zh" ? "en" : "zh"));
void start();
