/** Wires the dispatcher's desk together. */
import { IncidentDesk } from "./desk/desk";
import { translateAlerts } from "./panel/alert";
import { DeskPage } from "./panel/desk/page";
import { byId, h } from "./panel/dom";
import { watchInput } from "./panel/input";
import { openPage } from "./panel/openPage";
import { BROWSER_CLOCK } from "./workbench/clock";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/map.css";
import "./styles/workbench.css";
import "./styles/desk.css";

const desk = new IncidentDesk((url) => new EventSource(url), BROWSER_CLOCK);

/** `#5105022026050200017` opens that incident. */
function openAddress(): void {
  const no = /^#(\d{19})$/.exec(location.hash)?.[1];
  if (no !== undefined) void desk.choose(no);
}

async function begin(): Promise<void> {
  await desk.load();
  openAddress();
}

/** Without the city there is no desk; the sentence says what to do. */
function showFailure(text: string, retry: HTMLElement): void {
  const box = byId("offline");
  retry.addEventListener("click", () => (box.hidden = true));
  box.hidden = false;
  box.replaceChildren(h("p", {}, text), retry);
}

const look = (): void => desk.seen(document.visibilityState === "visible");

watchInput();
document.addEventListener("visibilitychange", look);
window.addEventListener("online", look);
window.addEventListener("hashchange", openAddress);
look();
openPage({ here: "desk", title: "dk.title", signedIn: desk.signedIn, build: (city) => new DeskPage(desk, city), begin, again: translateAlerts, failed: showFailure });
