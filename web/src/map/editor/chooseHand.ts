/** Chooses units, and merges those chosen. */
import { merge, type Outcome } from "../../topology";
import type { Frame } from "../overlay";
import type { Desk, Hand, Hint, HintButton, Spot } from "./desk";
import type { Pen } from "./drawing";
import type { Intent } from "./keys";
import { markAt } from "./marks";
import { unitUnder } from "./reporting";

export class ChooseHand implements Hand {
  private isOver = false;

  constructor(
    private readonly desk: Desk,
    private readonly merges: boolean,
  ) {}

  hint(): Hint {
    if (!this.merges) return { key: "editor.hint.select" };
    const ready = this.desk.store.selection.get().length > 1;
    return ready ? { key: "editor.hint.mergeReady", values: { name: this.heir() }, buttons: ["finish", "cancel"] } : { key: "editor.hint.merge" };
  }

  /** The unit chosen first goes on; the others become part of it. */
  private heir(): string {
    const { store } = this.desk;
    const first = store.selection.get()[0];
    return first === undefined ? "" : (store.coverage.get()?.units.get(first)?.name ?? first);
  }

  cursor(): string {
    return this.isOver ? "pointer" : "grab";
  }

  canGrab(): boolean {
    return false;
  }

  hover(spot: Spot | null): void {
    const { store } = this.desk;
    const unit = spot === null ? null : unitUnder(store, spot.at);
    this.isOver = unit !== null;
    if (unit !== store.hovered.get()) store.hovered.set(unit);
  }

  click(spot: Spot): void {
    const { store } = this.desk;
    const mark = markAt(store.marks.get(), this.desk.frame(), spot.px);
    if (mark !== null) return store.markChosen(mark);
    const unit = unitUnder(store, spot.at);
    if (unit !== null && (this.merges || spot.shift)) store.toggle(unit);
    else if (!this.merges) store.select(unit === null ? [] : [unit]);
  }

  key(intent: Intent, centre: Spot): boolean {
    const { store } = this.desk;
    if (intent.kind === "cancel" && store.selection.get().length > 0) store.select([]);
    else if (intent.kind !== "finish") return false;
    else if (centre.byKeys) this.click(centre);
    else return this.finish();
    return true;
  }

  press(button: HintButton): void {
    if (button === "finish") this.finish();
    else this.desk.store.select([]);
  }

  private finish(): boolean {
    const outcome = this.outcome();
    if (outcome !== null) this.desk.store.act(outcome);
    return outcome !== null;
  }

  private outcome(): Outcome | null {
    const { store } = this.desk;
    const [land, chosen] = [store.coverage.get(), store.selection.get()];
    if (!this.merges || land === null || chosen.length < 2) return null;
    return merge(land, chosen, chosen[0]!, store.nextPosition());
  }

  doubleClick(): void {}
  grab(): void {}
  drag(): void {}
  drop(): void {}
  abort(): void {}
  changed(): void {}
  leave(): void {}
  paint(_pen: Pen, _frame: Frame): void {}
}
