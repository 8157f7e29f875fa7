/** Reports on their way: kept first, sent when the network is there, each taken in exactly once. */
import { Problem } from "../api/client";
import { signal } from "../model/signal";
import type { Clock } from "../workbench/saving";
import { sentEntry, type Entry, type Receipt } from "./entry";
import type { Storage } from "./storage";

/** What the outbox asks of whoever is signed in. */
export interface Sender {
  account(): string | null;
  /** Ends when the server has said who is signed in. */
  known(): Promise<void>;
  /** Asks again; true where the session or its token is another one. */
  renewed(): Promise<boolean>;
  ended(): void;
  send(entry: Entry): Promise<Receipt>;
}

export type Sending = { readonly kind: "idle" } | { readonly kind: "sending"; readonly key: string } | { readonly kind: "waiting"; readonly error: Problem };

export const RETRIES_MS = [3_000, 6_000, 12_000, 30_000, 60_000];

export class Outbox {
  readonly entries = signal<readonly Entry[]>([]);
  readonly sending = signal<Sending>({ kind: "idle" });
  /** False where this browser keeps nothing: then what is not sent is lost with the page. */
  readonly isKept = signal(true);
  private readonly unkept = new Map<string, Entry>();
  private running: Promise<void> | null = null;
  private runAgain = false;
  private failures = 0;
  private unretry: () => void = () => undefined;

  constructor(
    private readonly storage: Storage,
    private readonly clock: Clock,
    private readonly sender: Sender,
  ) {}

  /** Keeps a report, and only then tries to send it. */
  async add(entry: Entry): Promise<void> {
    await this.put(entry);
    void this.run();
  }

  async remove(key: string): Promise<void> {
    this.unkept.delete(key);
    this.entries.set(this.entries.get().filter((one) => one.key !== key));
    await this.storage.remove(key).catch(() => undefined);
  }

  private async put(entry: Entry): Promise<void> {
    try {
      await this.storage.save(entry);
      this.unkept.delete(entry.key);
    } catch {
      this.unkept.set(entry.key, entry);
      this.isKept.set(false);
    }
    this.show([...this.entries.get().filter(({ key }) => key !== entry.key), entry]);
  }

  /** Another tab may have added to them or sent them: what is stored is the truth. */
  private async reload(): Promise<void> {
    try {
      const stored = await this.storage.all();
      this.show([...stored.filter(({ key }) => !this.unkept.has(key)), ...this.unkept.values()]);
    } catch {
      this.isKept.set(false);
    }
  }

  private show(entries: readonly Entry[]): void {
    this.entries.set([...entries].sort((a, b) => (a.notedAt < b.notedAt ? -1 : 1)));
  }

  /** Sends what can be sent, the oldest first; ends when that is over, also where it was under way already. */
  run(): Promise<void> {
    this.runAgain = this.running !== null;
    this.running ??= this.passes().finally(() => (this.running = null));
    return this.running;
  }

  private async passes(): Promise<void> {
    this.unretry();
    do {
      this.runAgain = false;
      await this.pass();
    } while (this.runAgain);
  }

  private async pass(): Promise<void> {
    await this.reload();
    if (!this.entries.get().some(({ state }) => state === "waiting")) return this.rest();
    const worst = (await this.known()) ?? (await this.sendAll());
    if (worst === null) this.rest();
    else this.later(worst);
  }

  /** Every one that may go is tried once; the failure of one does not hold up the others, a dead network does. */
  private async sendAll(): Promise<Problem | null> {
    const tried = new Set<string>();
    let worst: Problem | null = null;
    for (let entry = this.next(tried); entry !== null; entry = this.next(tried)) {
      tried.add(entry.key);
      const error = await this.attempt(entry);
      worst = error ?? worst;
      if (error?.status === 0) break;
    }
    return worst;
  }

  private rest(): void {
    this.failures = 0;
    this.sending.set({ kind: "idle" });
  }

  private later(error: Problem): void {
    const pause = RETRIES_MS[Math.min(this.failures++, RETRIES_MS.length - 1)]!;
    const wait = typeof error.details["wait_s"] === "number" ? error.details["wait_s"] * 1000 : 0;
    this.sending.set({ kind: "waiting", error });
    this.unretry = this.clock.after(Math.max(pause, wait), () => void this.run());
  }

  /** The oldest that waits and may go: the public's always, an account's while that account is signed in. */
  private next(tried: ReadonlySet<string>): Entry | null {
    const mayGo = ({ key, state, account }: Entry): boolean =>
      state === "waiting" && !tried.has(key) && (account === null || account === this.sender.account());
    return this.entries.get().find(mayGo) ?? null;
  }

  /** Null where it is sent, refused, or waits for its account; else why it is to be tried again. */
  private async attempt(entry: Entry): Promise<Problem | null> {
    this.sending.set({ kind: "sending", key: entry.key });
    try {
      await this.put(sentEntry(entry, await this.send(entry)));
      return null;
    } catch (error) {
      return this.failed(entry, problemOf(error));
    }
  }

  private async known(): Promise<Problem | null> {
    try {
      await this.sender.known();
      return null;
    } catch (error) {
      return problemOf(error);
    }
  }

  /** The token of a session that another tab has renewed is refused once. */
  private async send(entry: Entry): Promise<Receipt> {
    try {
      return await this.sender.send(entry);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "forged_request" || !(await this.sender.renewed())) throw error;
      if (entry.account !== this.sender.account()) throw new Problem("not_signed_in", 401, "");
      return this.sender.send(entry);
    }
  }

  private async failed(entry: Entry, error: Problem): Promise<Problem | null> {
    if (error.code === "not_signed_in" && entry.account !== null) {
      if (entry.account === this.sender.account()) this.sender.ended(); // the session of another account goes on
      return null;
    }
    if (isPassing(error)) return error;
    const { code, status, detail } = error;
    await this.put({ ...entry, state: "refused", problem: { code, status, detail } });
    return null;
  }
}

function problemOf(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem("unexpected", 500, error instanceof Error ? error.message : "");
}

/** Whether it may go better later. What is no problem of ours, such as the page of a hotel's network, says nothing of the report. */
function isPassing({ code, status }: Problem): boolean {
  if (status === 413) return false;
  return status === 0 || status >= 500 || status === 408 || status === 429 || code === "bad_answer" || /^http_\d+$/.test(code);
}
