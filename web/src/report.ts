/** Wires the report page together: the phone page of grid workers and of the public. */
import { getMeta } from "./api/endpoints";
import type { Meta } from "./api/types";
import { IncidentDesk } from "./desk/desk";
import { t } from "./i18n/i18n";
import { startLanguage } from "./panel/language";
import { startNav } from "./panel/nav";
import { ReportPage } from "./panel/report/page";
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

let shown: Meta | undefined;
let asking: Promise<void> | null = null;
let isCityKnown = false;

/** What the city last said, at once; what it says now, as soon as it can. */
async function keptCity(): Promise<void> {
  shown = await storage.meta().catch(() => undefined);
  if (shown) page.setCity(shown);
  await city();
}

/** Asks the city until it has answered once: at the start, at a press, and whenever the page wakes. */
function city(): Promise<void> {
  if (isCityKnown) return Promise.resolve();
  asking ??= askCity().finally(() => (asking = null));
  return asking;
}

async function askCity(): Promise<void> {
  try {
    const meta = await getMeta();
    isCityKnown = true;
    if (!shown || JSON.stringify(shown.matters) !== JSON.stringify(meta.matters)) page.setCity(meta);
    await storage.saveMeta(meta).catch(() => undefined);
  } catch (error) {
    if (!shown) page.cityFailed(error, () => void city());
  }
}

/** The network is back, or the page is looked at again. */
function awake(): void {
  void outbox.run();
  void page.refresh();
  void city();
}

/** Keeps the page itself for when there is no network; browsers allow it with https alone. */
function keepPage(): void {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/report-sw.js", { scope: "/report.html" }).catch(() => undefined);
}

const showNav = startNav("report", desk.signedIn);
const page = new ReportPage({ desk, who, outbox, storage });
startLanguage({
  title: () => t("rp.title"),
  again: () => {
    showNav();
    page.translate();
  },
});
document.addEventListener("visibilitychange", () => {
  desk.seen(document.visibilityState === "visible");
  if (document.visibilityState === "visible") awake();
});
window.addEventListener("online", awake);
desk.seen(document.visibilityState === "visible");
keepPage();
void keptCity();
void page.open();
