/** What the server says about the change set: findings, effects, and the steps of its life. */
import type { FeatureCollection } from "geojson";
import type { ChangeSet, CheckAnswer, Details, Effects } from "../api/changeSets";
import { isAbort, Problem } from "../api/client";
import { signal, type Signal } from "../model/signal";
import type { Desk } from "./desk";
import { isSignedOut, type Clock } from "./saving";

/** An answer of the server about the commands of one revision. */
export type Told<T> =
  | { readonly kind: "none" }
  | { readonly kind: "working" }
  | { readonly kind: "told"; readonly answer: T; readonly commands: number }
  | { readonly kind: "failed"; readonly error: unknown };

export const NO_LINES: FeatureCollection = { type: "FeatureCollection", features: [] };
/** Effects take the server a core for their time, so they wait until the planner rests. */
const REST_MS = 700;

export class Review {
  readonly check: Signal<Told<CheckAnswer>> = signal<Told<CheckAnswer>>({ kind: "none" });
  readonly effects: Signal<Told<Effects>> = signal<Told<Effects>>({ kind: "none" });
  /** Lines along which a border is clear, in degrees; the store has them in lattice units. */
  readonly lines: Signal<FeatureCollection> = signal<FeatureCollection>(NO_LINES);
  readonly busy: Signal<boolean> = signal(false);
  private asked: AbortController | null = null;
  private forget: () => void = () => undefined;
  private read = "";

  constructor(
    private readonly desk: Desk,
    private readonly clock: Clock,
  ) {
    desk.store.changeSet.subscribe((set) => this.changed(set));
    desk.store.work.subscribe(() => this.outdated());
    this.lines.subscribe(() => this.readEffects());
  }

  /** Findings hold for the commands that were checked, and no others. */
  private outdated(): void {
    const told = this.check.get();
    if (told.kind === "told" && told.commands !== this.desk.store.commands().length) this.check.set({ kind: "none" });
  }

  private changed(set: ChangeSet | null): void {
    const now = set === null ? "" : `${set.id}/${set.revision}`;
    if (now === this.read) return;
    const other = now.split("/")[0] !== this.read.split("/")[0];
    this.read = now;
    if (other) this.check.set({ kind: "none" });
    if (other) this.effects.set({ kind: "none" });
    this.readEffects();
  }

  /** Soon, and once for several quick actions. */
  readEffects(pause = REST_MS): void {
    this.forget();
    this.asked?.abort();
    const set = this.desk.store.changeSet.get();
    if (set === null || set.state === "withdrawn") return this.effects.set({ kind: "none" });
    if (set.commands.length === 0) return this.effects.set({ kind: "told", answer: NO_EFFECTS, commands: 0 });
    this.forget = this.clock.after(pause, () => void this.fetchEffects(set));
  }

  private async fetchEffects(set: ChangeSet): Promise<void> {
    const mine = (this.asked = new AbortController());
    if (this.effects.get().kind !== "told") this.effects.set({ kind: "working" });
    try {
      const answer = await this.desk.sets.effects(set.id, this.lines.get(), mine.signal);
      if (this.asked === mine) this.effects.set({ kind: "told", answer, commands: set.commands.length });
    } catch (error) {
      if (this.asked === mine && !isAbort(error)) this.effectsFailed(error);
    }
  }

  private effectsFailed(error: unknown): void {
    if (error instanceof Problem && error.code === "busy") return this.readEffects(REST_MS * 3);
    if (isSignedOut(error)) this.desk.wantsSignIn.set(true);
    this.effects.set({ kind: "failed", error });
  }

  /** Has the set checked on the map as it is now; true when it can be decided. */
  async checkNow(): Promise<boolean> {
    const set = this.desk.store.changeSet.get();
    if (set === null) return false;
    this.check.set({ kind: "working" });
    return this.attempt(
      async () => {
        const answer = await this.desk.sets.check(set.id);
        await this.desk.took(await this.desk.sets.get(set.id));
        this.check.set({ kind: "told", answer, commands: this.desk.store.commands().length });
        return answer.ok;
      },
      (error) => {
        this.check.set({ kind: "failed", error });
        if (error instanceof Problem && error.code === "illegal_transition") void this.catchUp(set.id);
      },
    );
  }

  /** Somebody else has taken a step with the set meanwhile: the page shows it as it is now. */
  private async catchUp(id: number): Promise<void> {
    try {
      const now = await this.desk.sets.get(id);
      if (this.desk.store.changeSet.get()?.id === id) await this.desk.took(now);
    } catch {
      // The refusal is shown; the next step asks again.
    }
  }

  /** Hands in: checked, and decided where one may. */
  async handIn(day: string | null): Promise<boolean> {
    if (!(await this.checkNow()) || day === null) return this.check.get().kind === "told";
    return this.step((id) => this.desk.sets.decide(id, day));
  }

  withdraw(): Promise<boolean> {
    return this.step((id) => this.desk.sets.withdraw(id));
  }

  /** Opens the change set that gives the land back. */
  async reverse(): Promise<boolean> {
    const set = this.desk.store.changeSet.get();
    if (set === null) return false;
    return this.attempt(async () => {
      const made = await this.desk.sets.reverse(set.id);
      await this.desk.go({ set: made.id, place: this.desk.address.get().place, at: null });
      return true;
    });
  }

  edit(details: Details): Promise<boolean> {
    return this.step((id, revision) => this.desk.sets.edit(id, details, revision));
  }

  private step(act: (id: number, revision: number) => Promise<ChangeSet>): Promise<boolean> {
    const set = this.desk.saver.holds() ?? this.desk.store.changeSet.get();
    if (set === null) return Promise.resolve(false);
    return this.attempt(async () => {
      await this.desk.took(await act(set.id, set.revision));
      return true;
    });
  }

  /** One step at a time; what fails is told. */
  private async attempt(act: () => Promise<boolean>, failed?: (error: unknown) => void): Promise<boolean> {
    if (this.busy.get()) return false;
    this.busy.set(true);
    try {
      return await act();
    } catch (error) {
      if (isSignedOut(error)) this.desk.wantsSignIn.set(true);
      else if (failed) failed(error);
      else this.desk.tell({ kind: "failed", error });
      if (isSignedOut(error)) failed?.(error);
      return false;
    } finally {
      this.busy.set(false);
    }
  }
}

const NO_EFFECTS: Effects = { units: [], moves: [], incidents: [], duties: [] };
