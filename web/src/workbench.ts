/** Wires the workbench together. */
import type { Meta } from "./api/types";
import { Editor } from "./map/editor/editor";
import { byId, h } from "./panel/dom";
import { watchInput } from "./panel/input";
import { openPage } from "./panel/openPage";
import { WorkbenchPage } from "./panel/workbench/page";
import { readAddress, writeAddress } from "./workbench/address";
import { BROWSER_CLOCK } from "./workbench/clock";
import { Desk } from "./workbench/desk";
import { BrowserStorage } from "./workbench/journal";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/map.css";
import "./styles/editor.css";
import "./styles/workbench.css";
import "./styles/workbenchPanel.css";

const desk = new Desk(new BrowserStorage(), BROWSER_CLOCK);

function build(city: Meta): WorkbenchPage {
  const page = new WorkbenchPage(desk, city);
  new Editor(byId("map"), desk.store);
  keepAddress();
  return page;
}

/** Without the city there is no workbench; the sentence says what to do. */
function showFailure(text: string, retry: HTMLElement): void {
  const box = byId("panel-body");
  retry.addEventListener("click", () => box.replaceChildren());
  box.replaceChildren(h("div", { class: "problem", role: "alert" }, h("p", {}, text), retry));
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

watchInput();
watchNetwork();
openPage({
  here: "workbench",
  title: "wb.title",
  signedIn: desk.signedIn,
  build,
  begin: () => desk.go(readAddress(location.hash)),
  failed: showFailure,
});
