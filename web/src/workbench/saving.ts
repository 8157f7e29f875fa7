/**
 * Sends what the page wants to the server, in order, one request at a time, and keeps it in the journal until then.
 *
 * Nothing is ever queued as an act: the page says which commands it wants the change set to hold, and each step is worked out from
 * what the server holds. So a lost answer, a crash or a second try cannot send anything twice.
 */
import type { ChangeSet, StoredCommand } from "../api/changeSets";
import { Problem } from "../api/client";
import { signal, type Signal } from "../model/signal";
import type { Entry, Storage } from "./journal";
import { nextStep, same, standing, type Commands } from "./reconciling";

export interface Server {
  get(number: number): Promise<ChangeSet>;
  add(number: number, commands: readonly StoredCommand[], revision: number): Promise<ChangeSet>;
  undo(number: number, revision: number): Promise<ChangeSet>;
}

export type SaveState =
  | { readonly kind: "idle" }
  | { readonly kind: "saved" }
  | { readonly kind: "saving" }
  | { readonly kind: "waiting"; readonly error: Problem }
  | { readonly kind: "signed_out" }
  /** Somebody else has edited, decided or withdrawn the change set. */
  | { readonly kind: "conflict"; readonly found: ChangeSet; readonly by: string | null }
  /** The server will not take it and the page cannot mend it: a right that is gone, a change set that is gone. */
  | { readonly kind: "blocked"; readonly error: Problem };

export interface Listeners {
  /** The server holds what is wanted. */
  saved(held: ChangeSet): void;
  /** The server refused command `position`; it and those after it are wanted no more. */
  refused(position: number, error: Problem): void;
}

export interface Clock {
  now(): number;
  /** Calls `act` later and returns a function that forgets it. */
  after(ms: number, act: () => void): () => void;
}

export const FIRST_WAIT_MS = 1000;
export const LONGEST_WAIT_MS = 30_000;
/** Many requests with lost answers on end are one long cut of the network. */
const MOST_ATTEMPTS = 20;
const KEPT = ["change_set_is_kept", "illegal_transition"];
const SIGNED_OUT = ["not_signed_in", "forged_request", "bad_token"];

export class Saver {
  readonly state: Signal<SaveState> = signal<SaveState>({ kind: "idle" });
  /** False once the browser refused to keep the journal. */
  readonly journalled: Signal<boolean> = signal(true);
  private held: ChangeSet | null = null;
  private wanted: Commands = [];
  private redo: Commands = [];
  /** What the server may have come to hold by requests whose answer was lost. */
  private attempts: readonly Commands[] = [];
  private account = "";
  private running = false;
  private again = false;
  private wait = FIRST_WAIT_MS;
  private forget: () => void = () => undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly storage: Storage,
    private readonly clock: Clock,
    private readonly listeners: Listeners,
  ) {}

  /** Begins with a change set as the server has just given it; `left` is work of this browser that it does not fit. */
  start(account: string, held: ChangeSet, wanted: Commands, redo: Commands, left: Entry | null = null): void {
    this.stop();
    Object.assign(this, { account, held, wanted, redo, attempts: [], wait: FIRST_WAIT_MS });
    if (left !== null) {
      this.held = { ...held, commands: left.known, revision: left.revision };
      this.wanted = left.wanted;
      return this.state.set({ kind: "conflict", found: held, by: null });
    }
    this.note();
    void this.run();
  }

  /** Sends nothing more; the journal keeps what is not sent. */
  stop(): void {
    this.forget();
    this.held = null;
    this.state.set({ kind: "idle" });
  }

  want(wanted: Commands, redo: Commands): void {
    if (this.held === null) return;
    Object.assign(this, { wanted, redo });
    this.note();
    void this.run();
  }

  /** Tries at once: the network is back, or somebody has signed in. */
  retry(): void {
    this.forget();
    this.wait = FIRST_WAIT_MS;
    const { kind } = this.state.get();
    if (kind === "conflict" || kind === "blocked") return;
    void this.run();
  }

  /** Goes on from what the server holds, after somebody has said what to do about a conflict. */
  settle(held: ChangeSet, wanted: Commands): void {
    if (this.held === null) return;
    Object.assign(this, { held, wanted, redo: [], attempts: [] });
    this.state.set({ kind: "saving" });
    this.note();
    void this.run();
  }

  /** Takes a newer state of the change set in, such as the one after a check. */
  took(held: ChangeSet): void {
    if (this.held?.id !== held.id) return;
    this.compare(held);
  }

  holds(): ChangeSet | null {
    return this.held;
  }

  wants(): Commands {
    return this.wanted;
  }

  isSaved(): boolean {
    return this.held !== null && nextStep(this.held.commands, this.wanted).kind === "none";
  }

  /** Ends when the journal holds everything said so far. */
  async journal(): Promise<void> {
    await this.writing;
  }

  /** What comes while it ends is not to be missed. */
  private async run(): Promise<void> {
    this.again = true;
    if (this.running) return;
    this.running = true;
    try {
      while (this.again) {
        this.again = false;
        while (await this.step());
      }
    } finally {
      this.running = false;
    }
  }

  /** One request; false when there is nothing to do, or nothing to be done now. */
  private async step(): Promise<boolean> {
    const { held } = this;
    const { kind } = this.state.get();
    if (held === null || kind === "conflict" || kind === "blocked") return false;
    this.forget();
    const next = nextStep(held.commands, this.wanted);
    if (next.kind === "none") return this.attempts.length > 0 ? this.read(held, null) : this.rest(held);
    this.state.set({ kind: "saving" });
    this.attempt(next.kind === "undo" ? held.commands.slice(0, -1) : [...held.commands, ...next.commands]);
    try {
      const { id, revision } = held;
      const answer = next.kind === "undo" ? await this.server.undo(id, revision) : await this.server.add(id, next.commands, revision);
      return this.answered(held, answer);
    } catch (error) {
      return this.held?.id === held.id && this.failed(held, next.kind, error);
    }
  }

  private attempt(commands: Commands): void {
    this.attempts = [...this.attempts.filter((one) => !same(one, commands)), commands].slice(-MOST_ATTEMPTS);
    this.note();
  }

  private answered(before: ChangeSet, answer: ChangeSet): boolean {
    if (this.held?.id !== before.id) return this.held !== null;
    this.hold(answer);
    this.wait = FIRST_WAIT_MS;
    this.note();
    return true;
  }

  private rest(held: ChangeSet): false {
    this.state.set({ kind: "saved" });
    this.listeners.saved(held);
    return false;
  }

  private async failed(held: ChangeSet, doing: "add" | "undo", error: unknown): Promise<boolean> {
    if (!(error instanceof Problem)) throw error;
    if (isSignedOut(error)) return this.pause({ kind: "signed_out" });
    if (isPassing(error)) return this.waitFor(error);
    if (error.code === "stale_revision" || KEPT.includes(error.code) || doing === "undo") return this.read(held, error);
    if (error.status === 403 || error.status === 404) return this.pause({ kind: "blocked", error });
    return this.refused(held, error);
  }

  /** What the server holds now decides whether it was our own doing. */
  private async read(held: ChangeSet, cause: Problem | null): Promise<boolean> {
    try {
      const found = await this.server.get(held.id);
      if (this.held?.id !== held.id) return false;
      const moved = found.revision !== held.revision || found.state !== held.state;
      if (moved) return this.compare(found, editorOf(cause));
      if (cause !== null) return this.pause({ kind: "blocked", error: cause });
      this.hold(found);
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return isSignedOut(error) ? this.pause({ kind: "signed_out" }) : this.waitFor(error);
    }
  }

  private compare(found: ChangeSet, by: string | null = null): boolean {
    const editable = found.state === "draft" || found.state === "checked";
    const held = this.held?.commands ?? [];
    const ours = standing(held, this.wanted, found.commands) !== "conflict" || this.attempts.some((one) => same(one, found.commands));
    if (!ours || (!editable && nextStep(found.commands, this.wanted).kind !== "none")) return this.pause({ kind: "conflict", found, by });
    this.hold(found);
    this.note();
    return true;
  }

  private hold(held: ChangeSet): void {
    this.held = held;
    this.attempts = [];
  }

  private refused(held: ChangeSet, error: Problem): boolean {
    const said = error.details["command"];
    const position = typeof said === "number" && said > held.commands.length ? said : held.commands.length + 1;
    this.wanted = this.wanted.slice(0, position - 1);
    this.redo = [];
    this.attempts = [];
    this.note();
    this.listeners.refused(position, error);
    return true;
  }

  private waitFor(error: Problem): false {
    this.forget = this.clock.after(this.wait, () => void this.run());
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    return this.pause({ kind: "waiting", error });
  }

  private pause(state: SaveState): false {
    this.state.set(state);
    return false;
  }

  /** Writes follow one another, so that the last one stays. */
  private note(): void {
    const { held } = this;
    if (held === null) return;
    const entry: Entry = {
      account: this.account,
      changeSet: held.id,
      revision: held.revision,
      known: held.commands,
      wanted: this.wanted,
      redo: this.redo,
      attempts: this.attempts,
      at: this.clock.now(),
    };
    this.writing = this.writing.then(() => this.storage.save(entry)).catch(() => this.journalled.set(false));
  }
}

/** Whom the server names as the one who came in between. */
function editorOf(cause: Problem | null): string | null {
  const by = cause?.details["edited_by"];
  return typeof by === "string" ? by : null;
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && SIGNED_OUT.includes(error.code);
}

/** Faults that pass by themselves: no network, a server that starts, too much to do. */
function isPassing(error: Problem): boolean {
  return error.status === 0 || error.status === 429 || error.status >= 500;
}
