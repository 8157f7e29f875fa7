/**
 * What the workbench shows and does at present. It knows neither Leaflet nor the network.
 *
 * How the map editor hooks in (`new Editor(element, store)` in ../map/editor/editor):
 *   - reads: subscribe to `coverage` (what to draw), `today` and `comparison` (what to compare with), `level`, `selection`, `hovered`,
 *     `tool`, `lines` (for drawing and snapping), `marks` (findings, mends, history), `refusal` (highlight its units and place),
 *     `flight` (go there), `layers`, `readOnly`. A signal's `get()` is its value now; `subscribe` tells of changes only.
 *   - writes: `act(outcome)` at the end of a gesture, with an outcome of ../topology made from `coverage.get()` and `nextPosition()`;
 *     `refuse(refusal)` while a gesture would break something; `preview.set(coverage)` during a drag, and null at its end, so that
 *     the measures beside the map live; `hovered.set(id)`; `select([...])`; `setTool("select")` when a tool is done.
 *   - `askName(suggestion)` opens the dialog that asks for a new unit's name (carve, draw); null means given up.
 *   - `markChosen(id)` when a mark on the map is clicked. Undo and redo: `undo()`, `redo()`; Ctrl+Z is bound by the page.
 */
import type { Geometry } from "geojson";
import type { ChangeSet } from "../api/changeSets";
import { signal, type Signal } from "../model/signal";
import type { Command, Coverage, Outcome, Point, Refusal } from "../topology";
import { acted, landNow, MOST_COMMANDS, nextPosition, NO_WORK, redone, undone, type Work } from "./history";

export const TOOLS = ["select", "vertex", "border", "split", "merge", "transfer", "carve", "draw"] as const;
export type Tool = (typeof TOOLS)[number];
export type WorkLevel = "grid" | "micro_grid";
export type Comparison = "off" | "overlay" | "swipe";

/** Why nothing can be edited at present; null when it can. */
export type ReadOnly =
  | { readonly kind: "empty" }
  | { readonly kind: "loading" }
  | { readonly kind: "no_change_set" }
  | { readonly kind: "other_tab" }
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "right" }
  | { readonly kind: "conflict" }
  | { readonly kind: "date"; readonly at: string };

export interface ReferenceLine {
  readonly kind: string;
  readonly points: readonly Point[];
}

/** Something to look at on the map: a finding, a mend, a face of a layer, an earlier outline. Positions in degrees. */
export interface Mark {
  readonly id: string;
  readonly tone: "error" | "warning" | "mend" | "face" | "history";
  readonly geometry: Geometry;
  readonly label: string;
  readonly active: boolean;
}

/** Where the map is to go. Boxes in lattice units: west, south, east, north. */
export type Flight =
  | { readonly kind: "units"; readonly ids: readonly string[] }
  | { readonly kind: "point"; readonly at: Point }
  | { readonly kind: "box"; readonly box: readonly [number, number, number, number] };

export interface Layers {
  readonly baseMap: boolean;
  readonly names: boolean;
  readonly lines: boolean;
}

export class Store {
  /** The land after all commands so far, or as of a day; null while no place is open. */
  readonly coverage: Signal<Coverage | null> = signal<Coverage | null>(null);
  /** The register of now, without the change set. */
  readonly today: Signal<Coverage | null> = signal<Coverage | null>(null);
  /** The coverage of a drag that has not ended. */
  readonly preview: Signal<Coverage | null> = signal<Coverage | null>(null);
  readonly changeSet: Signal<ChangeSet | null> = signal<ChangeSet | null>(null);
  readonly work: Signal<Work> = signal<Work>(NO_WORK);
  readonly selection: Signal<readonly string[]> = signal<readonly string[]>([]);
  readonly hovered: Signal<string | null> = signal<string | null>(null);
  readonly tool: Signal<Tool> = signal<Tool>("select");
  readonly level: Signal<WorkLevel> = signal<WorkLevel>("grid");
  readonly refusal: Signal<Refusal | null> = signal<Refusal | null>(null);
  readonly lines: Signal<readonly ReferenceLine[]> = signal<readonly ReferenceLine[]>([]);
  readonly marks: Signal<readonly Mark[]> = signal<readonly Mark[]>([]);
  readonly chosenMark: Signal<string | null> = signal<string | null>(null);
  readonly comparison: Signal<Comparison> = signal<Comparison>("off");
  /** Where the swipe stands: 0 all of today, 1 all of the change set. */
  readonly swipe: Signal<number> = signal(0.5);
  readonly readOnly: Signal<ReadOnly | null> = signal<ReadOnly | null>({ kind: "empty" });
  readonly flight: Signal<Flight | null> = signal<Flight | null>(null);
  readonly layers: Signal<Layers> = signal<Layers>({ baseMap: false, names: true, lines: true });

  /** Set by the page: asks for the name of a new unit. */
  askName: (suggestion: string) => Promise<string | null> = async (suggestion) => suggestion;

  nextPosition(): number {
    return nextPosition(this.work.get());
  }

  isEditable(): boolean {
    return this.readOnly.get() === null && landNow(this.work.get()) !== null;
  }

  /** Takes a user's action in, or shows why it cannot be; true when it was taken in. */
  act(outcome: Outcome): boolean {
    this.preview.set(null);
    if (!outcome.ok) return this.refuse(outcome.refusal);
    const hindrance = this.hindrance();
    if (hindrance !== null) return this.refuse({ code: hindrance, units: [], place: null });
    this.refusal.set(null);
    this.put(acted(this.work.get(), outcome));
    if (outcome.selected !== null) this.select([outcome.selected]);
    return true;
  }

  refuse(refusal: Refusal): false {
    this.refusal.set(refusal);
    return false;
  }

  undo(): void {
    if (this.canUndo()) this.put(undone(this.work.get()));
  }

  redo(): void {
    if (this.canRedo()) this.put(redone(this.work.get()));
  }

  canUndo(): boolean {
    return this.readOnly.get() === null && this.work.get().commands.length > 0;
  }

  canRedo(): boolean {
    return this.readOnly.get() === null && this.work.get().redo.length > 0;
  }

  /** Puts another history in place of this one; the land shown follows, and what is gone is no longer selected. */
  put(work: Work): void {
    this.refusal.set(null);
    this.preview.set(null);
    this.work.set(work);
    const land = landNow(work);
    if (land !== null) this.show(land);
  }

  /** Shows a land; the history stays as it is. */
  show(land: Coverage | null): void {
    this.coverage.set(land);
    const known = this.selection.get().filter((id) => land?.units.has(id));
    if (known.length !== this.selection.get().length) this.selection.set(known);
    const hovered = this.hovered.get();
    if (hovered !== null && !land?.units.has(hovered)) this.hovered.set(null);
  }

  select(ids: readonly string[]): void {
    const land = this.coverage.get();
    this.selection.set(ids.filter((id) => land?.units.has(id)));
  }

  /** Chooses units and goes there; those that are no more are passed over. */
  lookAt(ids: readonly string[]): void {
    const known = ids.filter((id) => this.coverage.get()?.units.has(id));
    if (known.length === 0) return;
    this.select(known);
    this.fly({ kind: "units", ids: known });
  }

  /** Adds a unit to the selection, or takes it out. */
  toggle(id: string): void {
    const chosen = this.selection.get();
    this.select(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  }

  setTool(tool: Tool): void {
    this.refusal.set(null);
    this.preview.set(null);
    this.tool.set(tool);
  }

  setLevel(level: WorkLevel): void {
    if (level === this.level.get()) return;
    this.selection.set([]);
    this.level.set(level);
  }

  fly(flight: Flight): void {
    this.flight.set(flight);
  }

  markChosen(id: string | null): void {
    this.chosenMark.set(id);
    this.marks.set(this.marks.get().map((mark) => ({ ...mark, active: mark.id === id })));
  }

  commands(): readonly Command[] {
    return this.work.get().commands;
  }

  private hindrance(): string | null {
    if (!this.isEditable()) return "read_only";
    return this.commands().length >= MOST_COMMANDS ? "too_many_commands" : null;
  }
}
