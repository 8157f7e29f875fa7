/** Wires the page "my grid" together. Nobody signs in here: no session is asked for, and nothing is kept but the language. */
import { t } from "./i18n/i18n";
import { GridPage } from "./panel/grid/page";
import { watchInput } from "./panel/input";
import { startLanguage } from "./panel/language";
import { startNav } from "./panel/nav";
import { SignedIn } from "./workbench/session";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/map.css";
import "./styles/workbench.css";
import "./styles/grid.css";

watchInput();
const showNav = startNav("grid", new SignedIn()); // who is signed in is not asked: the menu shows what the public sees
const page = new GridPage();
startLanguage({
  title: () => t("gr.title"),
  again: () => {
    showNav();
    page.translate();
  },
});
window.addEventListener("hashchange", () => page.followAddress());
window.addEventListener("online", () => void page.again());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void page.again());
window.addEventListener("beforeprint", () => page.printing());
page.open();
