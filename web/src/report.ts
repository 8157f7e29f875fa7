/** Wires the report page together: the phone page of grid workers and of the public. */
import { getMeta } from "./api/endpoints";
import type { Meta } from "./api/types";
import { IncidentDesk } from "./desk/desk";
import { chooseLanguage, language, rememberedLanguage, t } from "./i18n/i18n";
import { translatePage } from "./i18n/static";
import { byId } from "./panel/dom";
import { ReportPage } from "./panel/report/page";
import { sayAgain } from "./panel/status";
import { Outbox } from "./report/outbox";
import { sendEntry } from "./report/sending";
import { BrowserStorage } from "./report/storage";
import { BROWSER_MEMORY, Who } from "./report/who";
import { BROWSER_CLOCK } from "./workbench/clock";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/map.css";
import "./styles/workbench.css";
import "./styles/desk.css";
import "./styles/report.css";

const desk = new IncidentDesk((url) => new EventSource(url), BROWSER_CLOCK);
const who = new Who(desk.signedIn, BROWSER_MEMORY);
const storage = new BrowserStorage();
const outbox = new Outbox(storage, BROWSER_CLOCK, {
  account: () => who.account(),
  known: () => who.known(),
  renewed: () => who.renewed(),
  ended: () => who.ended(),
  send: (entry) => sendEntry(entry, who.signedIn.token()),
});

function translate(): void {
  translatePage(document);
  sayAgain();
  document.title = t("rp.title");
  const other = language.get() === "zh" ? "en" : "zh";
  byId("language").textContent = other === "en" ? "English" : "中文";
  byId("language").lang = other === "en" ? "en" : "zh-CN";
}

/** What the city last said, at once; what it says now, as soon as it can. */
async function city(): Promise<void> {
  const kept: Meta | undefined = await storage.meta().catch(() => undefined);
  if (kept) page.setCity(kept);
  try {
    const meta = await getMeta();
    if (!kept || JSON.stringify(kept.matters) !== JSON.stringify(meta.matters)) page.setCity(meta);
    await storage.saveMeta(meta).catch(() => undefined);
  } catch (error) {
    if (!kept) page.cityFailed(error, () => void city());
  }
}

/** The network is back, or the page is looked at again. */
function awake(): void {
  void outbox.run();
  void page.refresh();
}

/** Keeps the page itself for when there is no network; browsers allow it with https alone. */
function keepPage(): void {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/report-sw.js", { scope: "/report.html" }).catch(() => undefined);
}

chooseLanguage(rememberedLanguage());
translate();
const page = new ReportPage({ desk, who, outbox, storage });
language.subscribe(() => {
  translate();
  page.translate();
});
byId("language").addEventListener("click", () => chooseLanguage(language.get() === "zh" ? "en" : "zh"));
document.addEventListener("visibilitychange", () => {
  desk.seen(document.visibilityState === "visible");
  if (document.visibilityState === "visible") awake();
});
window.addEventListener("online", awake);
desk.seen(document.visibilityState === "visible");
keepPage();
void city();
void page.open();
