/** A desk without a page: what a tool asks of the editor is written down. */
import type { Desk, Spot } from "../../src/map/editor/desk";
import { pixelOf } from "../../src/map/editor/camera";
import type { LineRun } from "../../src/map/editor/lineIndex";
import type { Coverage, Point } from "../../src/topology";
import type { Store } from "../../src/workbench/store";
import { frame } from "./place";

export interface TestDesk extends Desk {
  shown: Coverage | null;
  revealed: Point[];
  lines: LineRun[];
}

export function deskOf(store: Store): TestDesk {
  const [view, revealed] = [frame(), [] as Point[]];
  const desk: TestDesk = {
    store,
    shown: null,
    revealed,
    lines: [],
    frame: () => view,
    runs: () => desk.lines,
    preview: (coverage) => (desk.shown = coverage),
    refresh: () => undefined,
    reveal: (at) => void revealed.push(at),
  };
  return desk;
}

export function spot(at: Point, options: Partial<Spot> = {}): Spot {
  return { px: pixelOf(frame(), at), at, free: false, shift: false, touch: false, byKeys: false, ...options };
}
