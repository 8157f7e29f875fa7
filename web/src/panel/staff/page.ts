/** The page of grid staff: which tabs somebody may see, of which place, and the address that says both. */
import type { Meta } from "../../api/types";
import { placesBelow, type Place } from "../../api/places";
import { getUnit } from "../../api/endpoints";
import { wayTo } from "../../indicators/question";
import { t } from "../../i18n/i18n";
import { cityDay } from "../../model/period";
import { readAddress, writeAddress, type Address } from "../../staff/address";
import { placeFor, scopesOf, tabsOf, type Tab } from "../../staff/tabs";
import type { SignedIn } from "../../workbench/session";
import { startAccount } from "../account";
import { byId, h, name } from "../dom";
import { spoken } from "../status";
import { button, fillBox } from "../workbench/parts";
import { askToSignIn } from "../workbench/signIn";
import { BoardsView } from "./boardsView";
import { FiguresView } from "./figuresView";
import { UnstaffedView } from "./unstaffedView";
import { mark, type Surroundings, type View } from "./view";
import { WordsView } from "./wordsView";
import { WorkersView } from "./workersView";

export class StaffPage {
  private address: Address = readAddress(location.hash);
  private shown: Tab | null = null;
  private told = (): string => "";
  private readonly names = new Map<string, string>();
  private readonly below = new Map<string, readonly Place[]>();
  private readonly showAccount: () => void;
  private readonly workers: WorkersView;
  private readonly figures: FiguresView;
  private readonly views: Readonly<Record<Tab, View<unknown>>>;

  constructor(
    meta: Meta,
    private readonly signedIn: SignedIn,
  ) {
    const around: Surroundings = {
      signedIn,
      today: () => cityDay(Date.now()),
      say: (text) => this.say(text),
      signIn: () => this.signIn(),
      placeName: (code) => this.names.get(code) ?? code,
    };
    this.names.set("", meta.city.name);
    this.names.set(meta.city.code, meta.city.name);
    this.workers = new WorkersView(around, (worker) => this.put({ worker }));
    this.figures = new FiguresView(around, this.address.range, (range) => this.put({ range }));
    this.views = { workers: this.workers, unstaffed: new UnstaffedView(around), figures: this.figures, boards: new BoardsView(around), words: new WordsView(around) };
    this.showAccount = startAccount({ signedIn, signIn: () => this.signIn(), signOut: () => this.signOut() });
    signedIn.session.subscribe(() => this.restart());
    window.addEventListener("hashchange", () => this.follow());
    byId("staff-tabs").addEventListener("keydown", (event) => this.step(event));
    this.restart();
  }

  translate(): void {
    this.showAccount();
    this.renderTabs();
    this.renderWay();
    this.say(this.told);
    if (this.shown === null) this.nothing();
    else this.views[this.shown].translate();
  }

  private say(text: () => string): void {
    this.told = text;
    byId("status").replaceChildren(...spoken(text()));
  }

  /** Somebody else is signed in, or nobody: other tabs, other places, and nothing of what was shown. */
  private restart(): void {
    if (this.shown !== null) this.views[this.shown].close();
    this.shown = null;
    this.say(() => "");
    this.show();
  }

  private tabs(): Tab[] {
    return tabsOf(this.signedIn.session.get().grants);
  }

  private tab(): Tab | null {
    const tabs = this.tabs();
    const asked = this.address.tab;
    return asked !== null && tabs.includes(asked) ? asked : (tabs[0] ?? null);
  }

  private place(tab: Tab): string {
    return placeFor(this.address.place, this.scopes(tab));
  }

  private scopes(tab: Tab): string[] {
    return scopesOf(this.signedIn.session.get().grants, tab);
  }

  private show(): void {
    const tab = this.tab();
    this.renderTabs();
    if (tab === null) return this.nothing();
    if (this.shown !== null && this.shown !== tab) this.views[this.shown].close();
    const view = this.views[tab];
    this.shown = tab;
    byId("staff-panel").replaceChildren(view.element);
    this.renderWay();
    view.open(this.place(tab));
    if (tab === "workers") this.workers.show(this.address.worker);
  }

  /** Nobody is signed in, or somebody who has no right to any of this. */
  private nothing(): void {
    const isPublic = this.signedIn.account() === null;
    mark(isPublic ? "signed_out" : "forbidden");
    fillBox(byId("way"));
    const act = isPublic && button(t("wb.signIn"), () => this.signIn(), { id: "sign-in-here" });
    fillBox(byId("staff-panel"), h("div", { class: isPublic ? "notice" : "problem" }, h("p", {}, t(isPublic ? "st.signedOut" : "st.forbidden")), act || ""));
  }

  private put(part: Partial<Address>): void {
    this.address = { ...this.address, tab: this.shown, ...part };
    history.replaceState(null, "", writeAddress(this.address));
  }

  private go(part: Partial<Address>): void {
    this.say(() => "");
    this.put(part);
    this.show();
  }

  private follow(): void {
    const asked = readAddress(location.hash);
    if (writeAddress(asked) === writeAddress(this.address)) return;
    this.address = asked;
    this.figures.show(asked.range);
    this.show();
  }

  private renderTabs(): void {
    const chosen = this.tab();
    const one = (tab: Tab): HTMLElement => {
      const isChosen = tab === chosen;
      const attributes = { type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": "staff-panel", "aria-selected": String(isChosen), tabindex: isChosen ? "0" : "-1" };
      return h("button", { ...attributes, onclick: () => this.go({ tab, worker: null }) }, t(`st.tab.${tab}`));
    };
    const tabs = this.tabs();
    byId("staff-tabs").hidden = tabs.length === 0;
    fillBox(byId("staff-tabs"), ...tabs.map(one));
    const panel = byId("staff-panel");
    if (chosen === null) panel.removeAttribute("aria-labelledby");
    else panel.setAttribute("aria-labelledby", `tab-${chosen}`);
  }

  private step(event: KeyboardEvent): void {
    const tabs = this.tabs();
    const at = tabs.indexOf(this.shown ?? "workers");
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined || tabs.length === 0) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length]!;
    this.go({ tab, worker: null });
    byId(`tab-${tab}`).focus();
  }

  /** From the widest place that one answers for down to the one that is shown, and the places below it. */
  private renderWay(): void {
    const tab = this.shown;
    if (tab === null) return;
    const place = this.place(tab);
    const scopes = this.scopes(tab);
    const scope = scopes.find((one) => place.startsWith(one)) ?? "";
    const steps = [...(scope.length < 6 ? [scope] : []), ...wayTo(place).filter((code) => code.length >= scope.length)];
    const shown = (code: string): Node => name(this.nameOf(code));
    const links = steps.map((code) =>
      code === place ? h("strong", { id: "place-name" }, shown(code)) : h("button", { type: "button", class: "link", onclick: () => this.go({ place: code, worker: null }) }, shown(code)),
    );
    fillBox(byId("way"), ...links.flatMap((one, at) => (at === 0 ? [one] : [" › ", one])), this.choice(place, scopes));
  }

  /** A unit below, or another place that one answers for. */
  private choice(place: string, scopes: readonly string[]): HTMLElement | null {
    const lower = this.placesBelow(place);
    const others = scopes.filter((code) => !place.startsWith(code));
    if (lower.length === 0 && others.length === 0) return null;
    const option = (code: string, text: string): HTMLElement => h("option", { value: code, lang: "zh-CN" }, text);
    const options = [...lower.map((one) => option(one.code, one.name)), ...others.map((code) => option(code, this.nameOf(code)))];
    const box = h("select", { id: "place", "aria-label": t("st.otherPlace") }, h("option", { value: "-" }, t("st.otherPlace")), ...options);
    box.addEventListener("change", () => this.go({ place: box.value, worker: null }));
    return box;
  }

  private placesBelow(place: string): readonly Place[] {
    const known = this.below.get(place);
    if (known === undefined && place.length < 12) void this.learnBelow(place);
    return known ?? [];
  }

  private async learnBelow(place: string): Promise<void> {
    this.below.set(place, []); // asked once
    try {
      const found = await placesBelow(place);
      this.below.set(place, found);
      for (const one of found) this.names.set(one.code, one.name);
      this.renderWay();
      if (this.shown === "workers" || this.shown === "figures") this.views[this.shown].translate();
    } catch {
      this.below.delete(place); // the places above can still be chosen
    }
  }

  private nameOf(code: string): string {
    const known = this.names.get(code);
    if (known === undefined) void this.learnName(code);
    return known ?? code;
  }

  private async learnName(code: string): Promise<void> {
    this.names.set(code, code); // asked once
    try {
      this.names.set(code, (await getUnit(code)).properties.name);
      this.renderWay();
    } catch {
      // the code stands for the name
    }
  }

  private signIn(): void {
    askToSignIn({ signedIn: this.signedIn, midWork: false, title: t("in.signInTitle"), text: t("st.signedOut"), done: () => undefined, givenUp: () => undefined });
  }

  private async signOut(): Promise<void> {
    await this.signedIn.signOut();
  }
}
