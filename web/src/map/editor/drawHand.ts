/** Draws a line or a ring and acts on it: reshape a border, split, transfer, carve, draw. Points are snapped; each place is tried at once. */
import type { Coverage, Outcome } from "../../topology";
import { t } from "../../i18n/i18n";
import type { Frame } from "../overlay";
import { distancePx, pixelOf } from "./camera";
import type { Desk, Hand, Hint, HintButton, Spot } from "./desk";
import { attempt, SHAPES, type Attempt, type DrawTool } from "./drawActs";
import type { Pen } from "./drawing";
import type { Intent } from "./keys";
import { report, unitUnder } from "./reporting";
import * as sketching from "./sketch";
import { paintSketch } from "./sketchPaint";
import { snapped, type Snapped } from "./snapping";

/** A click so near to the last point is meant for it. */
const SAME_PX = 5;
const TOO_SHORT = { line: "zero_length_line", ring: "not_a_polygon" } as const;

export class DrawHand implements Hand {
  private sketch: sketching.Sketch;
  private tried: Attempt | null = null;
  private snap: Snapped = { at: [0, 0], kind: "none" };
  private stage: "drawing" | "receiver" | "naming" = "drawing";

  constructor(
    private readonly desk: Desk,
    private readonly tool: DrawTool,
  ) {
    this.sketch = sketching.begun(SHAPES[tool]);
  }

  hint(): Hint {
    if (this.stage === "receiver") return { key: "editor.hint.receiver", buttons: ["cancel"] };
    if (this.sketch.points.length === 0) return { key: `editor.hint.${this.tool}` };
    const enough = sketching.finished(this.sketch) !== null;
    const key = SHAPES[this.tool] === "ring" ? "editor.hint.ring" : "editor.hint.line";
    return { key, buttons: enough ? ["finish", "back", "cancel"] : ["back", "cancel"] };
  }

  cursor(): string {
    return this.stage === "receiver" ? "pointer" : "crosshair";
  }

  canGrab(): boolean {
    return false;
  }

  private aim(spot: Spot): Snapped {
    if (spot.free) return { at: spot.at, kind: "none" };
    const { store } = this.desk;
    const own = this.tool === "border" || this.tool === "split" ? [] : this.sketch.points.slice(0, 1);
    return snapped(spot.px, { frame: this.desk.frame(), coverage: store.coverage.get(), runs: this.desk.runs(), own });
  }

  hover(spot: Spot | null): void {
    if (this.stage === "naming") return;
    if (this.stage === "receiver") return this.offer(spot);
    if (spot !== null) this.snap = this.aim(spot);
    this.sketch = sketching.pointed(this.sketch, spot === null ? null : this.snap.at);
    this.tryOut(sketching.tentative(this.sketch));
    this.desk.refresh();
  }

  /** Shows the land as it would be if the unit under the pointer got the piece. */
  private offer(spot: Spot | null): void {
    const unit = spot === null ? null : unitUnder(this.desk.store, spot.at);
    this.desk.store.hovered.set(unit);
    this.tryOut(sketching.finished(this.sketch), unit === null ? [] : [unit]);
  }

  private tryOut(points: sketching.Sketch["points"] | null, selection = this.desk.store.selection.get()): void {
    const { store } = this.desk;
    const land = store.coverage.get();
    this.tried = points === null || land === null ? null : this.outcome(land, points, "…", selection);
    const done = this.tried !== null && this.tried !== "receiver" && this.tried.ok ? this.tried : null;
    this.desk.preview(done?.coverage ?? null, done?.touched ?? []);
  }

  private outcome(land: Coverage, points: sketching.Sketch["points"], name: string, selection: readonly string[]): Attempt {
    const { store } = this.desk;
    return attempt(land, { tool: this.tool, points, level: store.level.get(), selection, name, position: store.nextPosition() });
  }

  click(spot: Spot): void {
    if (!this.desk.store.isEditable()) return void report(this.desk.store, { code: "read_only", units: [], place: null });
    if (this.stage === "receiver") return this.receive(spot);
    if (this.stage === "drawing") this.put(spot);
  }

  private put(spot: Spot): void {
    const aim = this.aim(spot);
    report(this.desk.store, null);
    if (sketching.closes(this.sketch, aim.at)) return this.finish();
    const last = this.sketch.points[this.sketch.points.length - 1];
    const again = last !== undefined && distancePx(pixelOf(this.desk.frame(), last), pixelOf(this.desk.frame(), aim.at)) < SAME_PX;
    if (!again) this.sketch = sketching.added(this.sketch, aim.at);
    this.hover(spot);
  }

  /** Its two clicks have put one point. */
  doubleClick(): void {
    if (this.stage === "drawing") this.finish();
  }

  private receive(spot: Spot): void {
    const unit = unitUnder(this.desk.store, spot.at);
    if (unit !== null) this.complete("", [unit]);
  }

  private finish(): void {
    const points = sketching.finished(this.sketch);
    const { store } = this.desk;
    const land = store.coverage.get();
    if (land === null || this.stage !== "drawing") return;
    if (points === null) return this.tooShort();
    if (this.tool === "carve" || this.tool === "draw") return void this.name(land, points);
    if (this.outcome(land, points, "", store.selection.get()) === "receiver") this.stage = "receiver";
    else this.complete("", store.selection.get());
    this.desk.refresh();
  }

  private tooShort(): void {
    const [place] = this.sketch.points;
    if (place !== undefined) report(this.desk.store, { code: TOO_SHORT[SHAPES[this.tool]], units: [], place });
  }

  /** What cannot be done needs no name first. */
  private async name(land: Coverage, points: sketching.Sketch["points"]): Promise<void> {
    const { store } = this.desk;
    const selection = store.selection.get();
    const first = this.outcome(land, points, "…", selection);
    if (first !== "receiver" && !first.ok) return void store.refuse(first.refusal);
    this.stage = "naming";
    const drawn = this.sketch;
    const name = await store.askName(t(this.tool === "carve" ? "editor.name.carve" : "editor.name.draw"));
    if (this.sketch !== drawn || this.stage !== "naming") return;
    this.stage = "drawing";
    if (name !== null) this.complete(name, selection);
    this.desk.refresh();
  }

  /** Acts on the land as it is now; when that is refused the drawing stays, to be mended. */
  private complete(name: string, selection: readonly string[]): void {
    const { store } = this.desk;
    const [points, land] = [sketching.finished(this.sketch), store.coverage.get()];
    if (points === null || land === null) return;
    const outcome = this.outcome(land, points, name, selection);
    this.stage = "drawing";
    this.desk.preview(null, []);
    if (outcome !== "receiver" && store.act(outcome as Outcome)) this.begin();
    this.desk.refresh();
  }

  private begin(): void {
    this.sketch = sketching.begun(SHAPES[this.tool]);
    [this.tried, this.stage] = [null, "drawing"];
  }

  private discard(): void {
    this.begin();
    this.desk.preview(null, []);
    report(this.desk.store, null);
    this.desk.refresh();
  }

  private takeBack(): void {
    this.sketch = sketching.tookBack(this.sketch);
    this.tryOut(sketching.tentative(this.sketch));
    report(this.desk.store, null);
    this.desk.refresh();
  }

  key(intent: Intent, centre: Spot): boolean {
    const isEmpty = this.sketch.points.length === 0;
    if (intent.kind === "finish") this.enter(centre);
    else if (isEmpty) return false;
    else if (intent.kind === "cancel") this.discard();
    else if (intent.kind === "back" || intent.kind === "undo") this.takeBack();
    else return false;
    return true;
  }

  /** By keys each Enter puts a point at the middle of the map, and one more at the same place finishes. */
  private enter(centre: Spot): void {
    if (this.stage === "receiver" && centre.byKeys) return this.receive(centre);
    if (!centre.byKeys) return this.finish();
    const count = this.sketch.points.length;
    this.click(centre);
    if (this.sketch.points.length === count && count > 0) this.finish();
  }

  press(button: HintButton): void {
    if (button === "finish") this.finish();
    else if (button === "back") this.takeBack();
    else this.discard();
  }

  changed(): void {
    if (this.sketch.points.length > 0 && this.stage === "drawing") this.tryOut(sketching.tentative(this.sketch));
  }

  leave(): void {
    this.discard();
  }

  paint(pen: Pen, frame: Frame): void {
    paintSketch(pen, frame, { sketch: this.sketch, tried: this.tried, snap: this.snap.kind, closed: this.stage !== "drawing" });
  }

  grab(): void {}
  drag(): void {}
  drop(): void {}
  abort(): void {}
}
