/** The office page: its tabs, and what each shows for the address and the account. */
import type { Meta } from "../../api/types";
import { t } from "../../i18n/i18n";
import { cityDay } from "../../model/period";
import { FIRST, readAddress, TABS, writeAddress, type Address, type TabName } from "../../office/address";
import { OfficeDesk } from "../../office/desk";
import { isIn, laneOf, lanesFor } from "../../office/lanes";
import { allowsSomewhere, type SignedIn } from "../../workbench/session";
import { startAccount } from "../account";
import { byId, h } from "../dom";
import { say } from "../status";
import { fillBox } from "../workbench/parts";
import { askToSignIn } from "../workbench/signIn";
import { TabList } from "../workbench/tabList";
import { AsOfPanel } from "./asOf";
import { ChainPanel } from "./chain";
import { CodesPanel } from "./codes";
import { Counties, CountyFilter } from "./counties";
import { FilingPanel } from "./filing";
import { InboxPanel } from "./inbox";
import { signedOut } from "./words";
import { YearBookPanel } from "./yearbook";

const today = (): string => cityDay(Date.now());

export class OfficePage {
  private address: Address = readAddress(location.hash);
  private readonly desk: OfficeDesk;
  private readonly counties: Counties;
  private readonly inbox: InboxPanel;
  private readonly filing: FilingPanel;
  private readonly book: YearBookPanel;
  private readonly codes: CodesPanel;
  private readonly map: AsOfPanel;
  private readonly chain: ChainPanel;
  private readonly panels: Readonly<Record<TabName, HTMLElement>>;
  private readonly notices = h("div", {});
  private tabs: TabList | null = null;
  private readonly showAccount: () => void;
  private who: string | null;

  constructor(
    meta: Meta,
    private readonly signedIn: SignedIn,
  ) {
    this.desk = new OfficeDesk(signedIn, () => sessionStorage);
    this.counties = new Counties(meta.city, () => this.render());
    const ways = { retry: () => this.reload(), signIn: () => this.signIn() };
    const acts = { ...ways, say: (text: () => string) => say("choice", text) };
    this.inbox = new InboxPanel(this.desk, this.filter("inbox-county"), {
      ...ways,
      retry: () => void this.desk.readInbox(this.address.county),
      lane: () => this.address.lane,
      chosen: () => this.address.filing,
      toLane: (lane) => this.go({ lane }),
      open: (no) => this.go({ filing: no }),
    });
    this.filing = new FilingPanel(this.desk, { ...acts, close: () => this.close(), moved: () => void this.desk.readInbox(this.address.county, true) });
    this.book = new YearBookPanel(this.filter("book-county"), {
      ...ways,
      year: () => this.address.year,
      county: () => this.address.county,
      toYear: (year) => this.go({ year }),
      today,
    });
    this.codes = new CodesPanel({ ...acts, signedIn, mayEdit: () => allowsSomewhere(signedIn.session.get().grants, "settings.edit"), today }, this.counties);
    this.map = new AsOfPanel(meta, this.counties, { at: () => this.address.at, toDay: (at) => this.go({ at }), today, say: acts.say });
    this.chain = new ChainPanel(ways);
    this.panels = {
      inbox: h("div", { class: "inbox-panel" }, this.inbox.element, this.filing.element),
      yearbook: this.book.element,
      codes: this.codes.element,
      map: h("div", { class: "as-of-panel" }, this.map.element),
      chain: this.chain.element,
    };
    this.who = signedIn.account();
    this.showAccount = startAccount({ signedIn, signIn: () => this.signIn(), signOut: () => signedIn.signOut() });
    this.listen();
    this.begin();
    void this.counties.load();
  }

  private filter(id: string): CountyFilter {
    return new CountyFilter(id, this.counties, () => this.address.county, (county) => this.go({ county }));
  }

  private listen(): void {
    window.addEventListener("hashchange", () => this.follow(readAddress(location.hash)));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible" || !this.reads()) return;
      void this.desk.readInbox(this.address.county, true);
      void this.desk.lookAgain();
    });
    this.signedIn.session.subscribe(() => this.signedInAnew());
    this.desk.inbox.subscribe(() => this.renderInbox());
    this.desk.open.subscribe(() => this.renderFiling());
    this.desk.busy.subscribe(() => (document.documentElement.dataset["busy"] = String(this.desk.busy.get())));
  }

  private reads(): boolean {
    return allowsSomewhere(this.signedIn.session.get().grants, "filing.read");
  }

  /** The same account again goes on where it was; another begins anew. */
  private signedInAnew(): void {
    const { account } = this.signedIn.session.get();
    if (account !== null && account === this.who) return void this.desk.readInbox(this.address.county, true);
    this.who = account;
    this.begin();
  }

  /** Tabs by what the account may see, and what the address says. */
  private begin(): void {
    const { account, grants } = this.signedIn.session.get();
    const shown = TABS.filter((tab) => tab !== "chain" || allowsSomewhere(grants, "audit.read"));
    if (!shown.includes(this.address.tab)) this.address = { ...this.address, tab: FIRST.tab };
    for (const tab of TABS) this.panels[tab].hidden = true;
    this.tabs = new TabList("of.tabs", shown.map((tab) => ({ id: tab, label: `of.tab.${tab}` as const, panel: this.panels[tab] })), (id) => this.opened(id as TabName));
    fillBox(byId("tab-row"), this.tabs.row);
    byId("panels").replaceChildren(this.notices, ...shown.map((tab) => this.panels[tab]));
    document.documentElement.dataset["account"] = account ?? "";
    if (!this.reads()) void this.desk.openFiling(null);
    else void this.beginReading();
    this.tabs.open(this.address.tab);
  }

  private async beginReading(): Promise<void> {
    const inbox = this.desk.readInbox(this.address.county);
    await Promise.all([inbox, this.desk.openFiling(this.address.filing)]);
    this.toItsLane();
  }

  /** A tab was chosen by hand. The list opens its first tab while it is made. */
  private opened(tab: TabName): void {
    if (this.tabs === null || tab === this.address.tab) {
      if (this.tabs !== null) this.load();
      return;
    }
    this.go({ tab });
  }

  private go(part: Partial<Address>): void {
    const next = { ...this.address, ...part };
    if (writeAddress(next) === writeAddress(this.address)) return;
    history.pushState(null, "", writeAddress(next) || location.pathname);
    this.follow(next);
  }

  private follow(next: Address): void {
    const before = this.address;
    this.address = next;
    if (next.county !== before.county && this.reads()) void this.desk.readInbox(next.county);
    if (next.filing !== before.filing) void this.openFiling(next.filing);
    if (next.tab !== before.tab) this.tabs?.open(next.tab);
    else this.load();
    this.renderInbox();
  }

  private async openFiling(no: string | null): Promise<void> {
    await this.desk.openFiling(no);
    if (no !== null && this.desk.current() !== null) this.filing.element.focus({ preventScroll: true });
    this.toItsLane();
  }

  /** A filing that a link leads to is shown in its lane. */
  private toItsLane(): void {
    const [open, inbox] = [this.desk.current(), this.desk.inbox.get()];
    if (open === null || inbox.kind !== "told") return;
    const { filings } = inbox.answer;
    const line = filings.find((one) => one.no === open.filing.no);
    if (line === undefined || isIn(this.address.lane, line)) return;
    const submits = allowsSomewhere(this.signedIn.session.get().grants, "filing.submit");
    this.address = { ...this.address, lane: laneOf(line, lanesFor(submits, filings)) };
    history.replaceState(null, "", writeAddress(this.address) || location.pathname);
    this.renderInbox();
  }

  private close(): void {
    const no = this.address.filing;
    this.go({ filing: null });
    if (no !== null) document.getElementById(`row-${no}`)?.focus();
  }

  private reload(): void {
    if (this.reads()) void this.desk.readInbox(this.address.county, true);
    void this.desk.openFiling(this.address.filing);
  }

  /** What the tab shows is asked for when it is looked at. */
  private load(): void {
    const { tab } = this.address;
    const isClosed = (tab === "inbox" || tab === "yearbook") && !this.reads();
    this.panels[tab].hidden = isClosed;
    fillBox(this.notices, isClosed ? this.closed() : null);
    document.documentElement.dataset["tab"] = tab;
    if (isClosed) return;
    if (tab === "yearbook") this.book.load();
    if (tab === "codes") this.codes.load();
    if (tab === "map") this.map.open();
    if (tab === "chain") this.chain.load();
  }

  private closed(): HTMLElement {
    if (this.signedIn.account() === null) return h("div", { class: "office-page" }, signedOut(() => this.signIn()));
    return h("div", { class: "office-page" }, h("p", { class: "notice", "data-failure": "forbidden" }, t("of.forbidden")));
  }

  private renderInbox(): void {
    const { kind } = this.desk.inbox.get();
    document.documentElement.dataset["inbox"] = kind;
    this.inbox.render();
  }

  private renderFiling(): void {
    byId("panels").dataset["open"] = String(this.address.filing !== null);
    this.filing.render();
  }

  private render(): void {
    this.renderInbox();
    if (this.address.tab === "yearbook" && this.reads()) this.book.render();
    if (this.address.tab === "codes") this.codes.load();
    if (this.address.tab === "map") this.map.render();
  }

  translate(): void {
    this.showAccount();
    this.tabs?.translate();
    this.renderInbox();
    this.renderFiling();
    for (const panel of [this.book, this.codes, this.map, this.chain]) panel.render(); // also those that are not looked at
    if (this.tabs) this.load();
  }

  private signIn(): void {
    const midWork = this.signedIn.account() !== null;
    const text = t(midWork ? "of.signInAgainText" : "of.signedOut");
    askToSignIn({ signedIn: this.signedIn, midWork, title: t("wb.signInTitle"), text, done: () => undefined, givenUp: () => undefined });
  }
}
