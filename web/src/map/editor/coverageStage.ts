/** The canvas with the coverage on it. A drag repaints only the box in which something has changed. */
import { bounds, type Coverage } from "../../topology";
import type { WorkLevel } from "../../workbench/store";
import type { Frame } from "../overlay";
import { joined, pixelOf, type LatticeBox } from "./camera";
import { changedBox } from "./changed";
import { wholeBox, type Pen } from "./drawing";
import type { PixelBox } from "./hatching";
import { drawNames, placedNames, type PlacedName } from "./names";
import { paintScene } from "./painting";
import { Stage } from "./stage";
import type { WorldTable } from "./world";

export interface CoverageView {
  readonly coverage: Coverage | null;
  readonly work: WorkLevel;
  readonly names: boolean;
  readonly overBaseMap: boolean;
}

/** Half of the widest border and some air. */
const RIM_PX = 6;

export class CoverageStage {
  readonly stage: Stage;
  private view: CoverageView = { coverage: null, work: "grid", names: true, overBaseMap: false };
  private shown: Coverage | null = null;
  private stale: LatticeBox | null = null;
  private names: readonly PlacedName[] = [];

  constructor(
    pane: string,
    private readonly table: WorldTable,
  ) {
    this.stage = new Stage(pane, (pen, frame) => this.paintAll(pen, frame));
  }

  /** Another land, level or look: everything is painted anew. */
  show(view: CoverageView): void {
    this.view = view;
    this.stale = null;
    this.stage.refresh();
  }

  /** The land as it would be, or null to go back to what is. */
  preview(coverage: Coverage | null, touched: readonly string[]): void {
    const base = this.view.coverage;
    if (base === null) return;
    const box = coverage === null ? null : changedBox(base, coverage, touched);
    const dirty = joined(box, this.stale);
    this.stale = box;
    this.shown = coverage ?? base;
    if (dirty !== null) this.stage.touch((pen, frame) => this.paintBox(pen, frame, boxOnCanvas(frame, dirty)));
  }

  private paintAll(pen: Pen, frame: Frame): void {
    this.shown = this.stale === null ? this.view.coverage : this.shown;
    if (this.shown === null) return;
    this.names = this.view.names ? placedNames(pen, frame, this.shown, this.view.work, this.table) : [];
    this.paintBox(pen, frame, wholeBox(frame));
  }

  private paintBox(pen: Pen, frame: Frame, box: PixelBox): void {
    if (this.shown === null || box.left >= box.right || box.top >= box.bottom) return;
    const { work, overBaseMap } = this.view;
    paintScene(pen, frame, { coverage: this.shown, work, overBaseMap }, this.table, box);
    drawNames(pen, this.names, box);
  }
}

/** Whole pixels around a box, no farther than the canvas. */
function boxOnCanvas(frame: Frame, [west, south, east, north]: LatticeBox): PixelBox {
  const [left, bottom] = pixelOf(frame, [west, south]);
  const [right, top] = pixelOf(frame, [east, north]);
  return {
    left: Math.max(Math.floor(left - RIM_PX), 0),
    top: Math.max(Math.floor(top - RIM_PX), 0),
    right: Math.min(Math.ceil(right + RIM_PX), frame.width),
    bottom: Math.min(Math.ceil(bottom + RIM_PX), frame.height),
  };
}

export function boxOfUnits(coverage: Coverage, ids: readonly string[]): LatticeBox | null {
  return ids.filter((id) => coverage.units.has(id)).reduce<LatticeBox | null>((box, id) => joined(box, bounds(coverage, id)), null);
}
