/** The desk of a planner: the open place and change set, and everything that can be done with them. No Leaflet, no elements. */
import { ChangeSets, EDITABLE_STATES, type ChangeSet, type StoredCommand, type Wish } from "../api/changeSets";
import { isAbort, Problem } from "../api/client";
import { getChangedLand } from "../api/lands";
import { signal, type Signal } from "../model/signal";
import { getSizeBounds, type SizeBounds } from "../api/settings";
import { open } from "../topology";
import type { Address, Box, Place } from "./address";
import { Follower } from "./following";
import { cutTo, landNow, NO_WORK, type Work } from "./history";
import { watchHindrance } from "./hindrance";
import type { Storage } from "./journal";
import { flightTo } from "./lattice";
import type { Message } from "./messages";
import { beginning, fetchLands, landAsOf, queryOf, workOf, type Lands } from "./opening";
import type { Commands } from "./reconciling";
import { caughtUp } from "./replaying";
import { isSignedOut, Saver, type Clock } from "./saving";
import { SignedIn } from "./session";
import { Store } from "./store";
import { TabLock } from "./tabs";

export type Opening =
  | { readonly kind: "idle" }
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly error: unknown; readonly address: Address };

export const NOWHERE: Address = { set: null, place: null, at: null };

export class Desk {
  readonly store = new Store();
  readonly signedIn = new SignedIn();
  readonly sets = new ChangeSets(this.signedIn.token);
  readonly lock = new TabLock();
  readonly address: Signal<Address> = signal<Address>(NOWHERE);
  readonly opening: Signal<Opening> = signal<Opening>({ kind: "idle" });
  readonly messages: Signal<readonly Message[]> = signal<readonly Message[]>([]);
  /** True while somebody has to sign in before anything more can be sent. */
  readonly wantsSignIn: Signal<boolean> = signal(false);
  /** The land that is open, in degrees, and the smallest unit that holds it. */
  readonly extent: Signal<{ readonly bbox: Box; readonly scope: string } | null> = signal<{ bbox: Box; scope: string } | null>(null);
  /** How many households units of a kind should have, where the place lies. */
  readonly bounds: Signal<SizeBounds> = signal<SizeBounds>({});
  readonly saver: Saver;
  readonly follower: Follower;
  private readonly noteHindrance: () => void;
  private sent: Work = NO_WORK;
  private asked: AbortController | null = null;

  constructor(
    private readonly storage: Storage,
    clock: Clock,
  ) {
    this.saver = new Saver(this.sets, storage, clock, {
      saved: (held) => this.saved(held),
      refused: (position, error) => this.takenBack(position, error),
    });
    this.follower = new Follower(this.store, clock, {
      land: (number, stop) => getChangedLand(number, queryOf(this.placeNow()), stop),
      tell: (message) => this.tell(message),
      mapMoved: () => void this.refreshToday(),
      takeBack: (position, error) => this.takenBack(position, error),
      signedOut: () => void this.signedOut(),
    });
    this.store.work.subscribe((work) => this.worked(work));
    this.saver.state.subscribe(({ kind }) => {
      if (kind === "signed_out") void this.signedOut();
    });
    this.lock.holding.subscribe((holding) => {
      if (holding === "other") this.saver.stop();
    });
    this.noteHindrance = watchHindrance(this);
  }

  /** Opens what an address names; what was open is closed. Nothing unsaved is lost: it is in the journal. */
  async go(address: Address): Promise<void> {
    this.close();
    this.address.set(address);
    if (address.place === null && address.set === null) return this.opening.set({ kind: "idle" });
    const mine = (this.asked = new AbortController());
    this.opening.set({ kind: "loading" });
    try {
      await this.load(address, mine.signal);
      if (this.asked === mine) this.opening.set({ kind: "idle" });
    } catch (error) {
      if (this.asked !== mine || isAbort(error)) return;
      if (isSignedOut(error)) this.wantsSignIn.set(true);
      this.opening.set({ kind: "failed", error, address });
    }
  }

  close(): void {
    this.asked?.abort();
    this.saver.stop();
    this.follower.stop();
    this.lock.release();
    this.messages.set([]);
    this.sent = NO_WORK;
    const { store } = this;
    this.extent.set(null);
    store.changeSet.set(null);
    store.work.set(NO_WORK);
    store.today.set(null);
    store.marks.set([]);
    store.refusal.set(null);
    store.show(null);
  }

  private async load(address: Address, stop: AbortSignal): Promise<void> {
    const set = address.set === null ? null : await this.sets.get(address.set);
    const place = address.place ?? (set === null ? null : { kind: "unit" as const, code: set.scope });
    if (place === null) return;
    this.address.set({ ...address, place });
    if (address.at !== null) return this.loadDay(place, address.at, stop);
    const locked = set !== null && EDITABLE_STATES.includes(set.state) ? this.lock.ask(this.keyOf(set)) : null;
    const [lands] = await Promise.all([fetchLands(place, set, stop), locked]);
    if (set === null) {
      this.store.today.set(lands.today);
      this.store.put({ ...NO_WORK, states: [lands.today] });
    } else await this.begin(set, lands, stop);
    this.reach(lands);
  }

  /** The map goes there, and the sizes that hold there are asked for; without them the page works too. */
  private reach({ bbox, scope }: { readonly bbox: Box; readonly scope: string }): void {
    this.extent.set({ bbox, scope });
    this.store.fly(flightTo(bbox));
    getSizeBounds(scope.slice(0, 12)).then(
      (found) => this.bounds.set(found),
      () => undefined,
    );
  }

  private async loadDay(place: Place, at: string, stop: AbortSignal): Promise<void> {
    const answer = await landAsOf(place, at, stop);
    this.store.put({ ...NO_WORK, states: [open(answer)] });
    this.reach(answer);
  }

  private async begin(set: ChangeSet, lands: Lands, stop: AbortSignal): Promise<void> {
    const account = this.signedIn.account() ?? "";
    const entry = await this.storage.load(account, set.id).catch(() => null);
    stop.throwIfAborted();
    const begun = beginning(lands, set, this.maySend() ? entry : null);
    this.store.today.set(lands.today);
    this.sent = begun.work;
    this.follower.start(lands.changed === null ? 0 : set.commands.length, lands.changed === null ? 0 : set.revision);
    this.store.put(begun.work);
    if (landNow(begun.work) === null) this.store.show(lands.changed ?? lands.today);
    this.store.changeSet.set(set);
    if (this.maySend()) this.saver.start(account, set, begun.wanted, begun.redo, begun.conflict);
    if (begun.restored > 0) this.tell({ kind: "restored", count: begun.restored });
    if (lands.broken !== null) this.tellBroken(lands.broken);
  }

  private tellBroken(broken: Problem): void {
    this.tell({ kind: "stale", position: Number(broken.details["command"]), error: broken });
  }

  /** A tab that comes back after hours: others may have decided on the map meanwhile. */
  lookAgain(): void {
    const held = this.saver.holds();
    if (held === null) return;
    if (this.saver.isSaved()) this.follower.again(held);
    else this.saver.retry();
  }

  private keyOf(set: ChangeSet): string {
    return `${this.signedIn.account() ?? ""}/${set.id}`;
  }

  private maySend(): boolean {
    return this.lock.holding.get() === "mine";
  }

  placeNow(): Place {
    return this.address.get().place ?? { kind: "unit", code: "" };
  }

  tell(message: Message): void {
    this.messages.set([...this.messages.get().filter((one) => one.kind !== message.kind), message]);
  }

  dismiss(message: Message): void {
    this.messages.set(this.messages.get().filter((one) => one !== message));
  }

  /** Every action, undo and redo goes to the journal at once, and from there to the server. */
  private worked(work: Work): void {
    if (landNow(work) === null && work.commands.length > 0) {
      const caught = caughtUp(work);
      if (landNow(caught) !== null) {
        this.store.work.set(caught);
        this.store.show(landNow(caught));
        return;
      }
    }
    if (work.commands === this.sent.commands && work.redo === this.sent.redo) return;
    this.sent = work;
    this.saver.want(work.commands as Commands, redoOf(work));
  }

  private saved(held: ChangeSet): void {
    this.store.changeSet.set(held);
    this.follower.saved(held);
  }

  /** The saver has dropped what the server refused; the page follows. */
  private takenBack(position: number, error: Problem): void {
    const command = (this.store.commands()[position - 1] as StoredCommand | undefined) ?? null;
    this.store.put(cutTo(this.store.work.get(), position - 1));
    this.tell({ kind: "refused", position, command, error });
  }

  /** Takes commands from one on back, as when others have changed the map below them. */
  takeBackFrom(position: number): void {
    this.messages.set([]);
    this.store.put(cutTo(this.store.work.get(), position - 1));
  }

  /** Goes on with another list of commands on top of what the server holds now. */
  restart(found: ChangeSet, lands: Lands, wanted: Commands): void {
    const work = workOf(lands, found.commands, wanted, []);
    this.sent = work;
    this.messages.set([]);
    this.follower.start(found.commands.length, found.revision);
    this.store.today.set(lands.today);
    this.store.put(work);
    this.saver.settle(found, wanted);
  }

  /** Drops what this browser still has of the open change set. */
  async forget(set: ChangeSet): Promise<void> {
    await this.storage.remove(this.signedIn.account() ?? "", set.id).catch(() => undefined);
  }

  /** The register of now, after it has turned out to have changed. */
  async refreshToday(): Promise<void> {
    try {
      const land = open(await landAsOf(this.placeNow(), null, new AbortController().signal));
      this.store.today.set(land);
      if (this.store.changeSet.get() === null) this.store.put({ ...NO_WORK, states: [land] });
    } catch (error) {
      if (error instanceof Problem) this.tell({ kind: "failed", error });
    }
  }

  /** What the server has made of the change set by itself: after a check, an import or a decision. */
  async took(held: ChangeSet): Promise<void> {
    const added = held.commands.length > this.store.commands().length;
    this.store.changeSet.set(held);
    if (!EDITABLE_STATES.includes(held.state) || added) return this.go({ ...this.address.get(), set: held.id });
    this.saver.took(held);
    this.follower.saved(held);
    this.noteHindrance();
  }

  async openNew(wish: Wish, place: Place): Promise<ChangeSet> {
    const made = await this.sets.open(wish);
    await this.go({ set: made.id, place, at: null });
    return made;
  }

  /** Edits in this tab from now on; the other one only looks. */
  async takeOver(): Promise<void> {
    this.lock.take();
    const set = this.store.changeSet.get();
    if (set !== null) await this.reopen();
  }

  /** Opens the same again, with the right to edit kept. */
  private async reopen(): Promise<void> {
    await this.go({ ...this.address.get() });
  }

  /** Asks to sign in, unless another tab has done so already. */
  private async signedOut(): Promise<void> {
    const isRenewed = await this.signedIn.renewed().catch(() => false);
    if (isRenewed) await this.signedInAgain(this.signedIn.account());
    else this.wantsSignIn.set(true);
  }

  async signedInAgain(before: string | null): Promise<void> {
    this.wantsSignIn.set(false);
    const account = this.signedIn.account();
    if (before !== null && before === account && this.saver.holds() !== null) {
      this.saver.retry();
      const held = this.saver.holds();
      if (held !== null && this.saver.isSaved()) this.follower.saved(held);
      return;
    }
    await this.go({ ...this.address.get() });
  }
}

function redoOf(work: Work): Commands {
  return work.redo.map((one) => one.command as StoredCommand);
}
