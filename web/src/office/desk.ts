/** What the office page holds: the filings that one may see, the one that is open, and the steps taken with it. */
import { Problem } from "../api/client";
import { attach, getFiledMap, getFiling, listFilings, STATES, takeStep, type FiledMap, type Filing, type FilingLine } from "../api/filings";
import { signal } from "../model/signal";
import type { SignedIn } from "../workbench/session";
import { bodyOf, Drafts, EMPTY, type Draft } from "./drafts";

export type Told<T> =
  | { readonly kind: "none" }
  | { readonly kind: "working" }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "told"; readonly answer: T };

export interface Inbox {
  readonly filings: readonly FilingLine[];
  /** States of which there are more than were told. */
  readonly truncated: readonly string[];
}

export interface OpenFiling {
  readonly filing: Filing;
  readonly before: FiledMap;
  readonly after: FiledMap;
}

/** A year's recorded filings and more; older ones are in the year books. */
const MOST_OF_STATE = 500;

export class OfficeDesk {
  readonly inbox = signal<Told<Inbox>>({ kind: "none" });
  readonly open = signal<Told<OpenFiling>>({ kind: "none" });
  /** The open filing has gone on elsewhere since it was read. */
  readonly overtaken = signal<boolean>(false);
  readonly busy = signal<boolean>(false);
  readonly drafts: Drafts;
  private asking = 0;
  private opening = 0;

  constructor(
    readonly signedIn: SignedIn,
    storage: () => Storage | null,
  ) {
    this.drafts = new Drafts(storage);
  }

  /** `quietly` leaves what is shown until the answer is there. */
  async readInbox(county: string, quietly = false): Promise<void> {
    const mine = ++this.asking;
    if (!quietly) this.inbox.set({ kind: "working" });
    try {
      const pages = await Promise.all(STATES.map((state) => listFilings(state, county, MOST_OF_STATE)));
      const truncated = STATES.filter((_, i) => pages[i]!.truncated);
      if (mine === this.asking) this.inbox.set({ kind: "told", answer: { filings: pages.flatMap(({ filings }) => filings), truncated } });
    } catch (error) {
      if (mine === this.asking && !quietly) this.inbox.set({ kind: "failed", error });
    }
  }

  async openFiling(no: string | null): Promise<void> {
    const mine = ++this.opening;
    this.overtaken.set(false);
    if (no === null) return this.open.set({ kind: "none" });
    this.open.set({ kind: "working" });
    try {
      const [filing, before, after] = await Promise.all([getFiling(no), getFiledMap(no, "before"), getFiledMap(no, "after")]);
      if (mine === this.opening) this.open.set({ kind: "told", answer: { filing, before, after } });
    } catch (error) {
      if (mine === this.opening) this.open.set({ kind: "failed", error });
    }
  }

  current(): OpenFiling | null {
    const told = this.open.get();
    return told.kind === "told" ? told.answer : null;
  }

  /** Whether somebody has gone on with the open filing meanwhile; what was typed stays. */
  async lookAgain(): Promise<void> {
    const [open, mine] = [this.current(), this.opening];
    if (open === null || this.busy.get()) return;
    try {
      const now = await getFiling(open.filing.no);
      if (mine === this.opening && now.steps.length !== open.filing.steps.length) this.overtaken.set(true);
    } catch {
      // the next act says what is the matter
    }
  }

  draft(): Draft {
    const [open, account] = [this.current(), this.signedIn.account()];
    return open === null || account === null ? EMPTY : this.drafts.get(account, open.filing.no);
  }

  keep(part: Partial<Draft>): void {
    const [open, account] = [this.current(), this.signedIn.account()];
    if (open !== null && account !== null) this.drafts.put(account, open.filing.no, { ...this.draft(), ...part });
  }

  /** Takes the step that the draft says; null when it is taken, else why not. The words stay until it is taken. */
  async act(): Promise<unknown> {
    const [open, draft] = [this.current(), this.draft()];
    if (open === null || draft.action === null) return null;
    const { action } = draft;
    return this.sent(open, async (csrf) => {
      const filing = await takeStep(open.filing.no, action, bodyOf(draft), csrf);
      this.keep(EMPTY);
      return filing;
    });
  }

  /** Files one after another, in the order in which they were chosen; what could not be sent does not undo what was. */
  async attachAll(files: readonly File[]): Promise<unknown> {
    const [open, left] = [this.current(), [...files]];
    if (open === null) return null;
    const failure = await this.sent(open, async (csrf) => {
      for (; left.length > 0; left.shift()) await attach(open.filing.no, left[0]!, csrf);
      return getFiling(open.filing.no);
    });
    if (failure !== null && left.length < files.length) await this.readAgain(open);
    return failure;
  }

  private async readAgain(open: OpenFiling): Promise<void> {
    const mine = this.opening;
    try {
      const filing = await getFiling(open.filing.no);
      if (mine === this.opening) this.open.set({ kind: "told", answer: { ...open, filing } });
    } catch {
      // why the file was not sent is told already
    }
  }

  private async sent(open: OpenFiling, send: (csrf: string | null) => Promise<Filing>): Promise<unknown> {
    const mine = this.opening;
    this.busy.set(true);
    try {
      const filing = await this.signedIn.withToken(send);
      if (mine === this.opening) this.open.set({ kind: "told", answer: { ...open, filing } });
      return null;
    } catch (error) {
      if (mine === this.opening && error instanceof Problem && error.code === "illegal_transition") this.overtaken.set(true);
      return error;
    } finally {
      this.busy.set(false);
    }
  }
}
