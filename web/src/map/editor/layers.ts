/** The canvases of the editor, each painted when what it shows has changed. */
import type { Coverage } from "../../topology";
import type { Store } from "../../workbench/store";
import type { Frame } from "../overlay";
import type { Board } from "./board";
import { NO_DIFFERENCE, differenceOf, type Difference } from "./comparing";
import { paintDifference } from "./comparePaint";
import { CoverageStage } from "./coverageStage";
import { cut } from "./cut";
import type { Hand } from "./desk";
import type { Pen } from "./drawing";
import { runsOf, type LineRun } from "./lineIndex";
import { paintLive } from "./livePaint";
import { paintLines, paintMarks } from "./notesPaint";
import { Stage } from "./stage";
import { WorldTable } from "./world";

export class Layers {
  private readonly table = new WorldTable();
  private readonly coverage = new CoverageStage("coverage", this.table);
  private readonly before = new CoverageStage("before", new WorldTable());
  private readonly compare = new Stage("compare", (pen, frame) => paintDifference(pen, frame, this.difference));
  private readonly notes = new Stage("notes", (pen, frame) => this.paintNotes(pen, frame));
  private readonly live = new Stage("live", (pen, frame) => this.paintLive(pen, frame));
  private difference: Difference = NO_DIFFERENCE;
  private lineRuns: readonly LineRun[] = [];

  constructor(
    private readonly board: Board,
    private readonly store: Store,
    private readonly hand: () => Hand,
    private readonly shownLand: () => Coverage | null,
    private readonly flash: () => number,
  ) {
    board.map.addLayer(this.coverage.stage);
    board.map.addLayer(this.live);
    board.map.addEventListener("move", () => this.clip());
  }

  /** The frame that pointers are measured in. */
  frame(): Frame {
    return this.live.frame()!;
  }

  runs(): readonly LineRun[] {
    return this.store.layers.get().lines ? this.lineRuns : [];
  }

  showCoverage(): void {
    const { coverage, level, layers } = this.store;
    const { names, baseMap } = layers.get();
    this.coverage.show({ coverage: coverage.get(), work: level.get(), names, overBaseMap: baseMap });
  }

  preview(coverage: Coverage | null, touched: readonly string[]): void {
    this.coverage.preview(coverage, touched);
  }

  showLines(): void {
    this.lineRuns = runsOf(this.store.lines.get());
    this.showNotes();
  }

  showNotes(): void {
    const isWanted = this.runs().length > 0 || this.store.marks.get().length > 0;
    this.toggle(this.notes, isWanted);
    if (isWanted) this.notes.refresh();
  }

  private paintNotes(pen: Pen, frame: Frame): void {
    paintLines(pen, frame, this.runs());
    paintMarks(pen, frame, this.store.marks.get());
  }

  showComparison(): void {
    const { coverage, today, comparison, level, layers } = this.store;
    const [now, before] = [coverage.get(), today.get()];
    const kind = now === null || before === null ? "off" : comparison.get();
    this.difference = kind === "overlay" ? differenceOf(before!, now!, level.get()) : NO_DIFFERENCE;
    this.toggle(this.compare, kind === "overlay");
    this.toggle(this.before.stage, kind === "swipe");
    if (kind === "overlay") this.compare.refresh();
    if (kind !== "swipe") return;
    this.before.show({ coverage: before, work: level.get(), names: layers.get().names, overBaseMap: layers.get().baseMap });
    this.clip();
  }

  private toggle(stage: Stage, isShown: boolean): void {
    if (isShown && !this.board.map.hasLayer(stage)) this.board.map.addLayer(stage);
    if (!isShown && this.board.map.hasLayer(stage)) this.board.map.removeLayer(stage);
  }

  /** Today's land lies left of the bar, the change set's right of it, wherever the map goes. */
  clip(): void {
    if (this.store.comparison.get() !== "swipe") return;
    const [width] = this.board.middle();
    const at = this.store.swipe.get() * 2 * width;
    cut(this.board, this.before.stage, at, "left");
    cut(this.board, this.coverage.stage, at, "right");
  }

  /** The whole picture again. */
  unclip(): void {
    this.coverage.stage.element().style.clipPath = "";
  }

  paintLiveNow(): void {
    this.live.refresh();
  }

  private paintLive(pen: Pen, frame: Frame): void {
    const { selection, hovered, refusal, comparison } = this.store;
    const coverage = this.shownLand();
    if (coverage === null) return;
    const state = { selection: selection.get(), hovered: hovered.get(), refusal: refusal.get() };
    paintLive(pen, frame, { coverage, ...state, flash: this.flash(), quiet: comparison.get() === "overlay" }, this.table);
    this.hand().paint(pen, frame);
  }
}
