/** The menu of pages, the same on every page: those that whoever is signed in may use, and for the public those that it may look at. */
import type { Key } from "../i18n/zh";
import { t } from "../i18n/i18n";
import { OPENED_BY } from "../staff/tabs";
import { allowsSomewhere, type Right, type SignedIn } from "../workbench/session";
import type { Session } from "../api/session";
import { byId, h } from "./dom";

export type PageName = "map" | "grid" | "report" | "desk" | "indicators" | "workbench" | "staff" | "office";

interface PageOf {
  readonly page: PageName;
  readonly href: string;
  readonly key: Key;
  /** Without any of these the page is of no use; none where everybody may use it. */
  readonly rights: readonly Right[];
  /** Whether who is not signed in is led there: to look, or to sign in. */
  readonly isPublic: boolean;
}

const PAGES: readonly PageOf[] = [
  { page: "map", href: "/", key: "wb.toMap", rights: [], isPublic: true },
  { page: "grid", href: "/grid.html", key: "nav.grid", rights: [], isPublic: true },
  { page: "report", href: "/report.html", key: "rp.title", rights: [], isPublic: true },
  { page: "desk", href: "/desk.html", key: "dk.title", rights: ["incident.read"], isPublic: true },
  { page: "indicators", href: "/indicators.html", key: "in.title", rights: ["incident.read"], isPublic: true },
  { page: "workbench", href: "/workbench.html", key: "wb.title", rights: [], isPublic: true },
  { page: "staff", href: "/staff.html", key: "nav.staff", rights: Object.values(OPENED_BY).flat(), isPublic: false },
  { page: "office", href: "/office.html", key: "nav.office", rights: ["filing.read"], isPublic: false },
];

/** The pages that somebody is led to. */
export function pagesFor({ account, grants }: Session): readonly PageOf[] {
  const isFor = ({ rights, isPublic }: PageOf): boolean =>
    account === null ? isPublic : rights.length === 0 || rights.some((right) => allowsSomewhere(grants, right));
  return PAGES.filter(isFor);
}

/** Fills `#pages` and keeps it up to date; what it returns shows it again, in another language. */
export function startNav(here: PageName, signedIn: SignedIn): () => void {
  const menu = h("details", { class: "pages-menu" });
  const show = (): void => render(menu, here, signedIn.session.get());
  byId("pages").replaceChildren(menu);
  byId("pages").addEventListener("keydown", (event) => closeByKey(event, menu));
  document.addEventListener("pointerdown", ({ target }) => !(target instanceof Node && menu.contains(target)) && (menu.open = false));
  signedIn.session.subscribe(show);
  show();
  return show;
}

function render(menu: HTMLElement, here: PageName, session: Session): void {
  const link = ({ page, href, key }: PageOf): HTMLElement =>
    h("li", {}, h("a", { id: `go-${page}`, href, "aria-current": page === here ? "page" : null }, t(key)));
  const head = menu.querySelector("summary") ?? menu.appendChild(h("summary", { class: "button ghost small", id: "pages-open" }));
  head.textContent = t("nav.pages");
  menu.querySelector("ul")?.remove();
  menu.append(h("ul", { class: "plain" }, ...pagesFor(session).map(link)));
}

/** Escape closes the menu and nothing beneath it. */
function closeByKey(event: KeyboardEvent, menu: HTMLDetailsElement): void {
  if (event.key !== "Escape" || !menu.open) return;
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary")!.focus();
}
