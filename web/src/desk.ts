/** Wires the dispatcher's desk together. */
import { getMeta } from "./api/endpoints";
import type { Meta } from "./api/types";
import { IncidentDesk } from "./desk/desk";
import { chooseLanguage, language, rememberedLanguage, t } from "./i18n/i18n";
import { translatePage } from "./i18n/static";
import { translateAlerts } from "./panel/alert";
import { DeskPage } from "./panel/desk/page";
import { byId, h } from "./panel/dom";
import { sayAgain } from "./panel/status";
import { button } from "./panel/workbench/parts";
import { BROWSER_CLOCK } from "./workbench/clock";
import { said } from "./workbench/problemWords";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/map.css";
import "./styles/workbench.css";
import "./styles/desk.css";

const desk = new IncidentDesk((url) => new EventSource(url), BROWSER_CLOCK);
let meta: Meta | null = null;
let page: DeskPage | null = null;

function translate(): void {
  translatePage(document);
  translateAlerts();
  sayAgain();
  document.title = meta ? `${t("dk.title")} · ${meta.city.name}` : t("dk.title");
  const other = language.get() === "zh" ? "en" : "zh";
  byId("language").textContent = other === "en" ? "English" : "中文";
  byId("language").lang = other === "en" ? "en" : "zh-CN";
}

async function start(): Promise<void> {
  try {
    const [found] = await Promise.all([getMeta(), desk.signedIn.refresh()]);
    meta = found;
    byId("synthetic").hidden = !found.synthetic;
    page = new DeskPage(desk, found);
    translate();
    await desk.load();
    openAddress();
  } catch (error) {
    showFailure(error);
  }
}

/** Without the city there is no desk; the sentence says what to do. */
function showFailure(error: unknown): void {
  const box = byId("offline");
  const again = button(t("error.retry"), () => {
    box.hidden = true;
    void start();
  });
  box.hidden = false;
  box.replaceChildren(h("p", {}, `${t("error.meta")} ${said(error).text}`), again);
}

/** `#5105022026050200017` opens that incident. */
function openAddress(): void {
  const no = /^#(\d{19})$/.exec(location.hash)?.[1];
  if (no !== undefined) void desk.choose(no);
}

/** Whether keys or a pointer were used last decides if a clicked map shows its focus ring and crosshair. */
function watchInput(): void {
  const note = (how: string) => (): void => void (document.documentElement.dataset["input"] = how);
  document.addEventListener("keydown", note("keys"), true);
  document.addEventListener("pointerdown", note("pointer"), true);
}

watchInput();
chooseLanguage(rememberedLanguage());
translate();
language.subscribe(() => {
  translate();
  page?.translate();
});
byId("language").addEventListener("click", () => chooseLanguage(language.get() === "zh" ? "en" : "zh"));
document.addEventListener("visibilitychange", () => desk.seen(document.visibilityState === "visible"));
window.addEventListener("online", () => desk.seen(document.visibilityState === "visible"));
window.addEventListener("hashchange", openAddress);
desk.seen(document.visibilityState === "visible");
void start();
