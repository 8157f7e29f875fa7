/** Moves, inserts and removes vertices, by pointer or by keys. Arrows move a vertex that is taken, and go from one to the next otherwise. */
import { insertVertex, isLocked, removeVertex, verticesNear, type Coverage, type Outcome, type Point } from "../../topology";
import type { Frame } from "../overlay";
import { nudged } from "./camera";
import type { Desk, Hand, Hint, HintButton, Spot } from "./desk";
import type { Pen } from "./drawing";
import { HandleCache } from "./handleCache";
import { handleAt, roved, roving, type Handle } from "./handles";
import type { Intent } from "./keys";
import { begun, moved, outcomes, standing, touched, type Motion } from "./motion";
import { report, unitUnder } from "./reporting";
import { snapped, type Snapped } from "./snapping";
import { paintHandles, paintMotion } from "./vertexPaint";

export class VertexHand implements Hand {
  private readonly cache: HandleCache;
  private over: Handle | null = null;
  private focus: Point | null = null;
  private taken = false;
  private motion: Motion | null = null;
  private dragging = false;
  private snap: Snapped["kind"] = "none";

  constructor(private readonly desk: Desk) {
    this.cache = new HandleCache(desk.store, () => desk.frame(), () => this.land());
  }

  hint(): Hint {
    if (this.dragging) return { key: "editor.hint.dragging" };
    if (this.taken) return { key: "editor.hint.taken", buttons: this.motion ? ["finish", "cancel"] : [] };
    if (this.focus !== null) return { key: "editor.hint.focus" };
    return { key: this.visible().length > 0 ? "editor.hint.vertex" : "editor.hint.vertexNone" };
  }

  cursor(): string {
    if (this.dragging) return "grabbing";
    return this.over === null ? "pointer" : this.over.kind === "locked" ? "not-allowed" : "grab";
  }

  visible(): readonly Handle[] {
    return this.cache.all();
  }

  /** The vertex that keys act on, if any. */
  focused(): number | null {
    const land = this.land();
    if (land === null || this.focus === null) return null;
    return this.motion?.vertex ?? verticesNear(land, this.focus, 0.5)[0] ?? null;
  }

  focusPlace(): Point | null {
    return this.focus;
  }

  /** Whether arrows move the vertex rather than go to the next. */
  isTaken(): boolean {
    return this.taken;
  }

  private land(): Coverage | null {
    const { motion } = this;
    return motion?.good?.coverage ?? motion?.inserted?.coverage ?? this.desk.store.coverage.get();
  }

  canGrab(spot: Spot): boolean {
    return this.cache.under(spot) !== null;
  }

  hover(spot: Spot | null): void {
    if (this.dragging) return;
    this.over = spot === null ? null : this.cache.under(spot);
    if (spot !== null && this.over === null) this.desk.store.hovered.set(unitUnder(this.desk.store, spot.at));
    this.desk.refresh();
  }

  click(spot: Spot): void {
    const handle = this.cache.under(spot);
    this.settle();
    if (handle === null || handle.kind === "middle") {
      if (handle === null) this.choose(spot);
      return;
    }
    this.take(handle.at, handle.kind !== "locked");
  }

  private choose(spot: Spot): void {
    const { store } = this.desk;
    const unit = unitUnder(store, spot.at);
    [this.focus, this.taken] = [null, false];
    if (spot.shift && unit !== null) store.toggle(unit);
    else store.select(unit === null ? [] : [unit]);
  }

  private take(at: Point | null, taken: boolean): void {
    [this.focus, this.taken] = [at, taken];
    this.desk.refresh();
  }

  doubleClick(spot: Spot): void {
    const handle = this.cache.under(spot);
    if (handle !== null && handle.kind !== "middle") this.remove(handle.vertex);
  }

  grab(spot: Spot): void {
    this.settle();
    const handle = this.cache.under(spot);
    if (handle === null) return;
    this.begin(handle);
    this.dragging = this.motion !== null;
  }

  private begin(handle: Handle): void {
    const { store } = this.desk;
    const land = store.coverage.get();
    if (land === null || !store.isEditable()) return;
    const start = begun(land, handle, store.nextPosition());
    if ("refusal" in start) report(store, start.refusal);
    else this.motion = start.motion;
  }

  drag(spot: Spot): void {
    if (this.motion === null) return;
    const how = { frame: this.desk.frame(), coverage: null, runs: this.desk.runs(), own: [] };
    const aim: Snapped = spot.free ? { at: spot.at, kind: "none" } : snapped(spot.px, how);
    this.snap = aim.kind;
    this.moveTo(aim.at);
  }

  private moveTo(to: Point): void {
    if (this.motion === null) return;
    this.motion = moved(this.motion, to);
    this.focus = standing(this.motion);
    this.over = null;
    this.cache.forget();
    report(this.desk.store, this.motion.refusal);
    this.desk.preview(this.motion.good?.coverage ?? null, touched(this.motion));
    this.desk.refresh();
  }

  /** Where it may not be, it goes to the last place that was allowed, and the sentence stays to say why. */
  drop(): void {
    const refusal = this.motion?.refusal ?? null;
    this.settle();
    if (refusal !== null) report(this.desk.store, refusal);
    this.taken = this.focus !== null;
    this.desk.refresh();
  }

  abort(): void {
    if (this.motion !== null) this.focus = this.motion.inserted === null ? this.motion.from : null;
    this.clearMotion();
    report(this.desk.store, null);
    this.desk.preview(null, []);
    this.desk.refresh();
  }

  private clearMotion(): void {
    [this.motion, this.dragging, this.snap] = [null, false, "none"];
    this.cache.forget();
  }

  /** What was moved is done; the vertex stays in focus. */
  private settle(): void {
    const { motion } = this;
    this.clearMotion();
    if (motion === null) return;
    report(this.desk.store, null);
    this.desk.preview(null, []);
    for (const outcome of outcomes(motion)) if (!this.act(outcome)) return;
  }

  /** Acting selects what the command names; whoever has several units in hand keeps them. */
  private act(outcome: Outcome): boolean {
    const { store } = this.desk;
    const chosen = store.selection.get();
    const done = store.act(outcome);
    if (done) store.select(chosen);
    return done;
  }

  private remove(vertex: number): void {
    const { store } = this.desk;
    this.abort();
    const land = store.coverage.get();
    if (land === null || !store.isEditable()) return;
    this.take(null, false);
    this.act(removeVertex(land, vertex, store.nextPosition()));
  }

  private insertAfter(vertex: number): void {
    const { store } = this.desk;
    const land = store.coverage.get();
    const middle = this.visible().find((handle) => handle.kind === "middle" && handle.edge[0] === vertex);
    if (land === null || middle === undefined || !store.isEditable()) return;
    if (this.act(insertVertex(land, middle.at, 1, store.nextPosition()))) this.take(middle.at, true);
  }

  key(intent: Intent, centre: Spot): boolean {
    const vertex = this.focused();
    if (vertex === null) return this.keyWithoutFocus(intent, centre);
    if (intent.kind === "step") return this.taken ? this.nudge(vertex, intent) : this.rove(intent.right - intent.up);
    if (intent.kind === "finish") this.enter(vertex);
    else if (intent.kind === "cancel") this.escape();
    else if (intent.kind === "undo" && this.motion !== null) this.abort();
    else if (intent.kind === "remove" || intent.kind === "back") this.remove(vertex);
    else if (intent.kind === "insert") this.settleThen(() => this.insertAfter(vertex));
    else return this.keyWithoutFocus(intent, centre);
    return true;
  }

  private settleThen(next: () => void): void {
    this.settle();
    next();
  }

  private keyWithoutFocus(intent: Intent, centre: Spot): boolean {
    if (intent.kind === "first") return this.focusOn(roved(roving(this.visible()), null, 1));
    if (intent.kind === "last") return this.focusOn(roved(roving(this.visible()), null, -1));
    if (intent.kind !== "finish") return false;
    const near = handleAt(this.visible().filter((handle) => handle.kind !== "middle"), centre.px, Infinity);
    return near !== null && near.kind !== "middle" && this.focusOn(near.vertex);
  }

  /** The roving stop has got the focus of the page. */
  enterStop(): void {
    if (this.focused() === null) this.focusOn(roved(roving(this.visible()), null, 1));
  }

  private focusOn(vertex: number | null): boolean {
    const land = this.land();
    if (vertex === null || land === null) return false;
    this.take(land.position(vertex), false);
    this.desk.reveal(land.position(vertex));
    return true;
  }

  private rove(steps: number): boolean {
    return this.focusOn(roved(roving(this.visible()), this.focused(), steps));
  }

  private nudge(vertex: number, { right, up, pixels }: Extract<Intent, { kind: "step" }>): boolean {
    const handle = this.visible().find((one) => one.kind !== "middle" && one.vertex === vertex);
    if (this.motion === null && handle !== undefined) this.begin(handle);
    if (this.motion === null) return true;
    const from = standing(this.motion);
    const to: Point =
      pixels === "unit" ? [from[0] + right, from[1] + up] : nudged(this.desk.frame(), from, right * pixels, up * pixels);
    this.moveTo(to);
    return true;
  }

  private enter(vertex: number): void {
    const land = this.land();
    if (this.taken) this.settleThen(() => this.take(this.focus, false));
    else if (land !== null && isLocked(land, vertex)) report(this.desk.store, { code: "on_outline", units: [], place: land.position(vertex) });
    else if (land !== null) this.take(land.position(vertex), true);
  }

  private escape(): void {
    if (this.motion !== null) this.abort();
    else this.take(this.taken ? this.focus : null, false);
  }

  changed(): void {
    this.cache.forget();
    if (this.over !== null && !this.visible().some((one) => one.at === this.over?.at)) this.over = null;
    if (this.motion !== null && this.motion.base !== this.desk.store.coverage.get()) this.abort();
    if (this.focused() === null) [this.focus, this.taken] = [null, false];
  }

  press(button: HintButton): void {
    if (button === "finish") this.settle();
    else this.abort();
    this.desk.refresh();
  }

  leave(): void {
    if (this.dragging) this.abort();
    this.settle();
    this.take(null, false);
  }

  paint(pen: Pen, frame: Frame): void {
    paintHandles(pen, this.visible(), this.over, frame, this.focus, this.taken);
    if (this.motion !== null) paintMotion(pen, frame, this.motion, this.snap);
  }
}
