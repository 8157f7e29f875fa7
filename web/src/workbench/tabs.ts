/**
 * One tab edits a change set at a time. Tabs of one browser ask one another over a channel; a tab that crashed does not answer.
 *
 * The Web Locks API would do it alone, but exists only over https and on localhost; many intranets have neither.
 */
import { signal, type Signal } from "../model/signal";

export type Holding = "none" | "asking" | "mine" | "other";

type Message =
  | { readonly kind: "asks"; readonly key: string; readonly tab: number }
  | { readonly kind: "holds"; readonly key: string; readonly tab: number }
  | { readonly kind: "takes"; readonly key: string; readonly tab: number };

/** Tabs of the same browser answer within a few milliseconds, a busy one within this. */
const PATIENCE_MS = 300;

export class TabLock {
  readonly holding: Signal<Holding> = signal<Holding>("none");
  private readonly tab = Math.random();
  private readonly channel = new BroadcastChannel("wangge.workbench");
  private key = "";
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    this.channel.onmessage = (event: MessageEvent<Message>) => this.heard(event.data);
  }

  /** Asks for the right to edit; `holding` tells the answer. */
  ask(key: string): Promise<void> {
    this.release();
    this.key = key;
    this.holding.set("asking");
    this.say("asks");
    return new Promise((resolve) => {
      this.timer = setTimeout(() => {
        if (this.holding.get() === "asking") this.holding.set("mine");
        resolve();
      }, PATIENCE_MS);
    });
  }

  /** Takes the right from the tab that has it. */
  take(): void {
    this.say("takes");
    this.holding.set("mine");
  }

  release(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.key = "";
    this.holding.set("none");
  }

  close(): void {
    this.release();
    this.channel.close();
  }

  private heard(message: Message): void {
    if (message.key !== this.key || message.tab === this.tab) return;
    const holding = this.holding.get();
    if (message.kind === "takes" && holding !== "other") this.holding.set("other");
    if (message.kind === "holds" && holding === "asking") this.holding.set("other");
    // Of two that ask at once the smaller number holds.
    if (message.kind === "asks" && (holding === "mine" || (holding === "asking" && this.tab < message.tab))) this.say("holds");
  }

  private say(kind: Message["kind"]): void {
    this.channel.postMessage({ kind, key: this.key, tab: this.tab } satisfies Message);
  }
}
