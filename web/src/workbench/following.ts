/** After each save: the server's land is held against the page's, and its lower units are taken in. */
import type { ChangeSet } from "../api/changeSets";
import { isAbort, Problem } from "../api/client";
import type { ChangedLand } from "../api/lands";
import { adopt, agrees, open, type Coverage } from "../topology";
import { landNow, withState } from "./history";
import type { Message } from "./messages";
import { common } from "./reconciling";
import { isSignedOut, type Clock } from "./saving";
import type { Store } from "./store";

export interface Following {
  land(number: number, signal: AbortSignal): Promise<ChangedLand>;
  tell(message: Message): void;
  /** The map has changed under the page; what it holds of today is old. */
  mapMoved(): void;
  /** Commands from this position on were refused on a map where those before still work. */
  takeBack(position: number, error: Problem): void;
  signedOut(): void;
}

/** Several quick actions are followed once. */
const PAUSE_MS = 120;
const AGAIN_MS = 3000;

export class Follower {
  /** So many commands the server has carried out before; when one of them fails, the map has changed. */
  private proven = 0;
  /** The revision whose land is on the page. */
  private followed = 0;
  private asked: AbortController | null = null;
  private forget: () => void = () => undefined;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly does: Following,
  ) {}

  start(proven: number, followed = 0): void {
    this.stop();
    this.proven = proven;
    this.followed = followed;
  }

  stop(): void {
    this.forget();
    this.asked?.abort();
  }

  saved(held: ChangeSet, pause = PAUSE_MS): void {
    this.stop();
    if (held.revision === this.followed && landNow(this.store.work.get()) !== null) return;
    this.forget = this.clock.after(pause, () => void this.fetch(held));
  }

  /** Looks whether the map has changed under what is saved. */
  again(held: ChangeSet): void {
    this.followed = 0;
    this.saved(held);
  }

  private async fetch(held: ChangeSet): Promise<void> {
    const mine = new AbortController();
    this.asked = mine;
    try {
      const land = await this.does.land(held.id, mine.signal);
      if (this.asked === mine) this.got(held, land);
    } catch (error) {
      if (this.asked === mine && !isAbort(error)) this.failed(held, error);
    }
  }

  /** A drag that is under way ends on the land on which it began. */
  private got(held: ChangeSet, land: ChangedLand): void {
    if (!this.isCurrent(held)) return;
    if (this.store.preview.get() !== null) {
      this.forget = this.clock.after(PAUSE_MS, () => this.got(held, land));
      return;
    }
    this.proven = held.commands.length;
    this.followed = held.revision;
    const state = this.compared(landNow(this.store.work.get()), land);
    this.store.work.set(withState(this.store.work.get(), held.commands.length, state));
    this.store.show(state);
  }

  private compared(mine: Coverage | null, land: ChangedLand): Coverage {
    if (mine === null) return open(land);
    const differing = agrees(mine, land);
    if (differing.length === 0) return adopt(mine, land);
    const conflicts = land.conflicts.filter(({ units }) => units.some((unit) => differing.includes(unit)));
    this.does.tell({ kind: "disagreed", units: differing, conflicts });
    this.does.mapMoved();
    return open(land);
  }

  private failed(held: ChangeSet, error: unknown): void {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 0 || error.status === 429 || error.status >= 500) return this.saved(held, AGAIN_MS);
    if (isSignedOut(error)) return this.does.signedOut();
    const position = error.details["command"];
    if (typeof position !== "number" || !this.isCurrent(held)) return this.does.tell({ kind: "failed", error });
    if (position > this.proven) return this.does.takeBack(position, error);
    this.does.tell({ kind: "stale", position, error });
  }

  /** Whether the page still wants what was saved then. */
  private isCurrent(held: ChangeSet): boolean {
    const commands = this.store.commands();
    return commands.length === held.commands.length && common(commands, held.commands) === commands.length;
  }
}
