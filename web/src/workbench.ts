/** Wires the workbench together. */
import { getMeta } from "./api/endpoints";
import type { Meta } from "./api/types";
import { chooseLanguage, language, rememberedLanguage, t } from "./i18n/i18n";
import { translatePage } from "./i18n/static";
import { Editor } from "./map/editor/editor";
import { byId, h } from "./panel/dom";
import { sayAgain } from "./panel/status";
import { button } from "./panel/workbench/parts";
import { WorkbenchPage } from "./panel/workbench/page";
import { readAddress, writeAddress } from "./workbench/address";
import { BROWSER_CLOCK } from "./workbench/clock";
import { Desk } from "./workbench/desk";
import { BrowserStorage } from "./workbench/journal";
import { said } from "./workbench/problemWords";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/map.css";
import "./styles/editor.css";
import "./styles/workbench.css";
import "./styles/workbenchPanel.css";

const desk = new Desk(new BrowserStorage(), BROWSER_CLOCK);
let meta: Meta | null = null;
let page: WorkbenchPage | null = null;

function translate(): void {
  translatePage(document);
  sayAgain();
  document.title = meta ? `${t("wb.title")} · ${meta.city.name}` : t("wb.title");
  const other = language.get() === "zh" ? "en" : "zh";
  byId("language").textContent = other === "en" ? "English" : "中文";
  byId("language").lang = other === "en" ? "en" : "zh-CN";
}

async function start(): Promise<void> {
  try {
    const [found] = await Promise.all([getMeta(), desk.signedIn.refresh()]);
    meta = found;
    byId("synthetic").hidden = !found.synthetic;
    page = new WorkbenchPage(desk, found);
    new Editor(byId("map"), desk.store);
    keepAddress();
    translate();
    await desk.go(readAddress(location.hash));
  } catch (error) {
    showFailure(error);
  }
}

/** Without the city there is no workbench; the sentence says what to do. */
function showFailure(error: unknown): void {
  const again = button(t("error.retry"), () => {
    byId("panel-body").replaceChildren();
    void start();
  });
  byId("panel-body").replaceChildren(
    h("div", { class: "problem", role: "alert" }, h("p", {}, t("error.meta")), h("p", {}, said(error).text), again),
  );
}

/** The address follows the desk, and the desk an address that somebody edits or goes back to. */
function keepAddress(): void {
  desk.address.subscribe((address) => {
    const hash = writeAddress(address);
    if (hash !== (location.hash || "#")) history.replaceState(null, "", hash === "#" ? location.pathname : hash);
  });
  window.addEventListener("hashchange", () => {
    if (writeAddress(readAddress(location.hash)) !== writeAddress(desk.address.get())) void desk.go(readAddress(location.hash));
  });
}

/** What waited for the network goes on as soon as it may be back. */
function watchNetwork(): void {
  window.addEventListener("online", () => desk.saver.retry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") desk.lookAgain();
  });
}

/** Whether keys or a pointer were used last decides if a clicked map shows its focus ring. */
function watchInput(): void {
  const note = (how: string) => (): void => void (document.documentElement.dataset["input"] = how);
  document.addEventListener("keydown", note("keys"), true);
  document.addEventListener("pointerdown", note("pointer"), true);
}

watchInput();
watchNetwork();
chooseLanguage(rememberedLanguage());
translate();
language.subscribe(() => {
  translate();
  page?.translate();
});
byId("language").addEventListener("click", () => chooseLanguage(language.get() === "zh" ? "en" : "zh"));
void start();
