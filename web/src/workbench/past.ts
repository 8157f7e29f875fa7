/** The history of one unit, one version after the other. */
import { getHistory, type Stage, type UnitHistory } from "../api/history";
import { signal, type Signal } from "../model/signal";
import { boxOf } from "./lattice";
import type { Clock } from "./saving";
import type { Mark, Store } from "./store";

export type Past =
  | { readonly kind: "none" }
  | { readonly kind: "working"; readonly code: string }
  | { readonly kind: "failed"; readonly code: string; readonly error: unknown }
  | { readonly kind: "told"; readonly history: UnitHistory; readonly at: number; readonly isPlaying: boolean };

/** Long enough to see what has moved. */
export const STEP_MS = 1200;

export class PastPlayer {
  readonly state: Signal<Past> = signal<Past>({ kind: "none" });
  private forget: () => void = () => undefined;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly ask: (code: string) => Promise<UnitHistory> = getHistory,
  ) {}

  async open(code: string): Promise<void> {
    this.close();
    this.state.set({ kind: "working", code });
    try {
      const history = await this.ask(code);
      this.state.set({ kind: "told", history, at: history.versions.length - 1, isPlaying: false });
      this.show();
    } catch (error) {
      this.state.set({ kind: "failed", code, error });
    }
  }

  close(): void {
    this.forget();
    if (this.state.get().kind === "told") this.store.marks.set([]);
    this.state.set({ kind: "none" });
  }

  step(by: number): void {
    const now = this.state.get();
    if (now.kind === "told") this.goTo(now.at + by);
  }

  goTo(at: number): void {
    const now = this.state.get();
    if (now.kind !== "told") return;
    this.forget();
    this.state.set({ ...now, at: Math.min(Math.max(at, 0), now.history.versions.length - 1), isPlaying: false });
    this.show();
  }

  /** From the beginning, when it stands at the end. */
  play(): void {
    const now = this.state.get();
    if (now.kind !== "told") return;
    const last = now.history.versions.length - 1;
    this.state.set({ ...now, at: now.at >= last ? 0 : now.at, isPlaying: true });
    this.show();
    this.forget = this.clock.after(STEP_MS, () => this.tick());
  }

  pause(): void {
    const now = this.state.get();
    this.forget();
    if (now.kind === "told") this.state.set({ ...now, isPlaying: false });
  }

  private tick(): void {
    const now = this.state.get();
    if (now.kind !== "told" || !now.isPlaying) return;
    const at = now.at + 1;
    const isPlaying = at < now.history.versions.length - 1;
    this.state.set({ ...now, at, isPlaying });
    this.show();
    if (isPlaying) this.forget = this.clock.after(STEP_MS, () => this.tick());
  }

  private show(): void {
    const now = this.state.get();
    if (now.kind !== "told") return;
    this.store.marks.set(marksAt(now.history.versions, now.at));
  }

  /** Where all its versions lie together. */
  extent(): readonly [number, number, number, number] | null {
    const now = this.state.get();
    if (now.kind !== "told") return null;
    const boxes = now.history.versions.flatMap(({ geometry }) => (geometry ? (boxOf(geometry) ?? []) : []));
    if (boxes.length === 0) return null;
    const side = (k: number): number[] => boxes.filter((_, at) => at % 4 === k);
    return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))];
  }
}

/** The version of the moment, and the one before it as an outline. */
export function marksAt(versions: readonly Stage[], at: number): Mark[] {
  const mark = (stage: Stage | undefined, active: boolean): Mark[] =>
    stage?.geometry
      ? [{ id: `version/${stage.version_id}`, tone: "history", geometry: stage.geometry, label: active ? stage.name : "", active }]
      : [];
  return [...mark(versions[at - 1], false), ...mark(versions[at], true)];
}
