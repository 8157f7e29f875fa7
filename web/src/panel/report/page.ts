/** The report page: form, outbox, tasks and following, kept in step; on a phone one of them is seen. */
import type { Meta } from "../../api/types";
import type { IncidentDesk } from "../../desk/desk";
import { integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { contentOf, entryOf, isEmpty, NO_CONTENT, type Content, type Entry } from "../../report/entry";
import { handedOn } from "../../report/handed";
import { mayLocate } from "../../report/locating";
import type { Outbox } from "../../report/outbox";
import type { BrowserStorage } from "../../report/storage";
import type { Who } from "../../report/who";
import { said } from "../../workbench/problemWords";
import { startAccount } from "../account";
import { byId, h } from "../dom";
import { say } from "../status";
import { button, fillBox } from "../workbench/parts";
import { askToSignIn } from "../workbench/signIn";
import { ownEntries, renderBox } from "./box";
import { Follow } from "./follow";
import { ReportForm } from "./form";
import { myTasks, renderTasks } from "./tasks";

type View = "form" | "box" | "tasks" | "follow";
const DRAFT_PAUSE_MS = 300;

export interface Parts {
  readonly desk: IncidentDesk;
  readonly who: Who;
  readonly outbox: Outbox;
  readonly storage: BrowserStorage;
}

export class ReportPage {
  /** Whose report is in the form; null is the public. */
  private writer: string | null = null;
  private meta: Meta | null = null;
  private form: ReportForm | null = null;
  private readonly follow = new Follow();
  private states = new Map<string, Entry["state"]>();
  private timer = 0;
  private drafts = 0;
  private isOpened = false;
  private account: string | null = null;
  private readonly showAccount: () => void;

  constructor(private readonly parts: Parts) {
    const { desk, who, outbox } = parts;
    outbox.entries.subscribe((entries) => this.boxChanged(entries));
    outbox.sending.subscribe(() => this.renderBox());
    outbox.isKept.subscribe(() => this.renderBox());
    who.signedIn.session.subscribe(() => this.accountChanged());
    for (const one of [desk.changed, desk.link, desk.error]) one.subscribe(() => this.renderTasks());
    desk.link.subscribe((link) => link === "signed_out" && who.ended());
    desk.chosen.subscribe(() => this.chosenChanged());
    this.showAccount = startAccount({ signedIn: who.signedIn, signIn: () => this.signIn(), signOut: () => who.signOut() });
    for (const one of this.tabs()) one.addEventListener("click", () => this.look(one.dataset["view"] as View));
  }

  /** Puts back what was being written, and sends what waits. */
  async open(): Promise<void> {
    const { storage, outbox, who } = this.parts;
    this.writer = who.writer();
    const draft = await storage.draft(this.writer).catch(() => undefined);
    this.buildForm(withHanded(draft ?? NO_CONTENT));
    this.isOpened = true;
    this.renderAll();
    void this.locateByItself();
    await outbox.run();
    await this.refresh();
  }

  /** Where it was allowed before; nothing else is waited for, since sending may take minutes. */
  private async locateByItself(): Promise<void> {
    if (isEmpty(this.form!.content()) && (await mayLocate()) && isEmpty(this.form!.content())) this.form!.locate();
  }

  /** Asks who is signed in; what follows from it follows from the session. */
  async refresh(): Promise<void> {
    await this.parts.who.signedIn.refresh().catch(() => undefined);
  }

  setCity(meta: Meta): void {
    this.meta = meta;
    byId("no-city").hidden = true;
    document.documentElement.dataset["city"] = "ready";
    this.form?.setCity(meta);
    this.renderBox();
    this.renderTasks();
  }

  cityFailed(error: unknown, retry: () => void): void {
    const box = byId("no-city");
    box.hidden = false;
    fillBox(box, h("p", {}, `${t("rp.loadFailed")} ${said(error).text}`), button(t("error.retry"), retry, { id: "city-retry" }));
  }

  translate(): void {
    if (!this.isOpened) return;
    this.buildForm(this.form!.content(), this.form!.contactText());
    this.renderAll();
  }

  private renderAll(): void {
    this.follow.render();
    this.renderAccount();
    this.renderBox();
    this.renderTasks();
  }

  private buildForm(content: Content, contact = ""): void {
    this.form?.stop();
    const { who, outbox } = this.parts;
    this.form = new ReportForm(this.meta, {
      changed: (changed) => this.keepDraft(changed),
      send: async (written, reach) => {
        await outbox.add(entryOf(written, reach, who.writer(), new Date()));
        say("choice", () => t(outbox.isKept.get() ? "rp.queued" : "rp.queuedHere"));
        this.look("box");
      },
    });
    this.form.show(byId<HTMLFormElement>("report-form"));
    this.form.setPublic(who.writer() === null);
    this.form.put(content, contact);
  }

  /** An emptied form is kept at once, so that what was sent does not come back as a draft. */
  private keepDraft(content: Content): void {
    clearTimeout(this.timer);
    const root = document.documentElement.dataset;
    const { writer } = this;
    const nth = (this.drafts += 1);
    root["draft"] = "changed";
    const tell = (how: string): void => void (nth === this.drafts && (root["draft"] = how)); // an earlier one may be written later
    const keep = (): void => void this.parts.storage.saveDraft(writer, content).then(() => tell("kept"), () => tell("lost"));
    if (isEmpty(content)) keep();
    else this.timer = window.setTimeout(keep, DRAFT_PAUSE_MS);
  }

  /** Who signs in goes on with what was begun here; what an account has begun is not shown to the next. */
  private async changeHands(writer: string | null): Promise<void> {
    const { storage } = this.parts;
    const [before, left] = [this.writer, this.form!.content()];
    this.writer = writer;
    clearTimeout(this.timer);
    const goesOn = before === null && !isEmpty(left);
    if (goesOn) this.keepDraft(left);
    else this.form!.put(NO_CONTENT);
    await storage.saveDraft(before, goesOn ? NO_CONTENT : left).catch(() => undefined);
    const draft = await storage.draft(writer).catch(() => undefined);
    if (writer !== this.writer) return;
    if (draft && isEmpty(this.form!.content())) this.form!.put(draft);
    if (!goesOn) void this.locateByItself();
  }

  private boxChanged(entries: readonly Entry[]): void {
    for (const { key, state, receipt } of entries) {
      const before = this.states.get(key);
      if (before === "waiting" && state === "sent") say("incidents", () => t("rp.sentSaid", { no: receipt!.no }));
      if (before === "waiting" && state === "refused") say("incidents", () => t("rp.refusedSaid"));
    }
    this.states = new Map(entries.map(({ key, state }) => [key, state]));
    this.renderBox();
  }

  private renderBox(): void {
    if (!this.isOpened) return;
    const { outbox, who } = this.parts;
    renderBox(byId("box"), outbox, who, this.meta, { change: (entry) => this.change(entry), follow: (entry) => this.followEntry(entry) });
    const waiting = ownEntries(outbox.entries.get(), who).filter(({ state }) => state !== "sent").length;
    count("box-count", waiting);
    const root = document.documentElement.dataset;
    root["waiting"] = String(waiting);
    root["sending"] = outbox.sending.get().kind;
  }

  /** A refused report goes back into the form; the next press sends it as another one. */
  private change(entry: Entry): boolean {
    this.look("form");
    if (this.form!.isBegun()) {
      this.form!.tell(t("rp.finishFirst"));
      return false;
    }
    this.form!.put(contentOf(entry), entry.contact);
    this.keepDraft(contentOf(entry));
    byId("report-matter").focus();
    return true;
  }

  private followEntry({ receipt }: Entry): void {
    if (receipt!.token === null) {
      void this.parts.desk.choose(receipt!.no);
      return this.look("tasks");
    }
    this.look("follow");
    this.follow.ask(receipt!.no, receipt!.token);
  }

  private accountChanged(): void {
    const { who, desk, outbox } = this.parts;
    if (!this.isOpened) return;
    if (who.writer() !== this.writer) void this.changeHands(who.writer());
    this.form!.setPublic(who.writer() === null);
    this.renderAccount();
    this.renderBox();
    const account = who.account();
    if (account !== this.account) desk.leave();
    this.account = account;
    if (account !== null) void desk.load().then(() => outbox.run());
    this.renderTasks();
  }

  private renderAccount(): void {
    const { who } = this.parts;
    const account = who.account();
    document.documentElement.dataset["account"] = account ?? "";
    byId("form-who").textContent = t(who.writer() === null ? "rp.asPublic" : "rp.asAccount");
    this.showAccount();
    this.showEnded();
    this.showTasks(account !== null);
  }

  private showEnded(): void {
    const { who } = this.parts;
    const box = byId("ended");
    box.hidden = !who.hasEnded();
    if (box.hidden) return;
    const buttons = [button(t("wb.signIn"), () => this.signIn(), { strong: true, id: "sign-in-again" }), button(t("rp.forget"), () => who.forget(), { id: "forget" })];
    box.replaceChildren(h("p", {}, t("rp.ended", { account: who.writer()! })), h("div", { class: "acts" }, ...buttons));
  }

  /** Only the staff has tasks. */
  private showTasks(isStaff: boolean): void {
    byId("tasks-area").hidden = !isStaff;
    for (const one of this.tabs()) if (one.dataset["view"] === "tasks") one.hidden = !isStaff;
    if (!isStaff && document.querySelector("main")!.dataset["view"] === "tasks") this.look("form");
  }

  private signIn(): void {
    const { who } = this.parts;
    const ended = who.hasEnded();
    askToSignIn({ signedIn: who.signedIn, midWork: false, title: t("rp.signInTitle"), text: ended ? t("rp.ended", { account: who.writer()! }) : t("rp.signInText"), done: () => undefined, givenUp: () => undefined });
  }

  private chosenChanged(): void {
    this.renderTasks();
    const { kind } = this.parts.desk.chosen.get();
    const title = document.getElementById("task-title");
    if (kind === "whole" && byId("tasks").contains(document.activeElement)) return;
    if (kind === "whole" && document.activeElement === document.body) title?.focus({ preventScroll: true });
  }

  private renderTasks(): void {
    if (!this.isOpened) return;
    if (this.parts.who.account() === null) return byId("tasks").replaceChildren();
    renderTasks(byId("tasks"), this.parts.desk, this.meta);
    count("task-count", myTasks(this.parts.desk).length);
  }

  private tabs(): HTMLElement[] {
    return [...byId("views").querySelectorAll<HTMLElement>("button")];
  }

  private look(view: View): void {
    const main = document.querySelector("main")!;
    main.dataset["view"] = view;
    main.scrollTop = 0;
    for (const one of this.tabs()) one.setAttribute("aria-pressed", String(one.dataset["view"] === view));
    byId(`${view}-area`).focus({ preventScroll: true });
  }
}

/** What was begun at another place stays there. */
function withHanded(content: Content): Content {
  const handed = handedOn(location.hash);
  if (handed === null) return content;
  history.replaceState(null, "", location.pathname);
  return isEmpty({ ...content, point: null }) || content.point === null ? { ...content, point: handed } : content;
}

function count(id: string, n: number): void {
  byId(id).hidden = n === 0;
  byId(id).textContent = integer(n);
}
