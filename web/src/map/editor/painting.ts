/** Paints the coverage into a box of a canvas: fills, patterns, borders once per edge from fine to coarse. */
import { childrenOf, unitsInBox, type Coverage, type Unit } from "../../topology";
import type { WorkLevel } from "../../workbench/store";
import type { Frame } from "../overlay";
import { chainsOf } from "./borders";
import { latticeOf } from "./camera";
import { addLine, addRings, hatchPath, stroke, type Pen } from "./drawing";
import type { PixelBox } from "./hatching";
import * as look from "./look";
import type { WorldTable } from "./world";

export interface Scene {
  readonly coverage: Coverage;
  readonly work: WorkLevel;
  /** Over an outside base map the fills let it through. */
  readonly overBaseMap: boolean;
}

export function paintScene(pen: Pen, frame: Frame, scene: Scene, table: WorldTable, box: PixelBox): void {
  const units = unitsIn(scene.coverage, frame, box);
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.clip();
  pen.clearRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  paintFills(pen, frame, scene, table, units);
  paintPatterns(pen, frame, scene, table, units, box);
  paintBorders(pen, frame, scene, table, units);
  pen.restore();
}

/** The faces to fill: units of the level worked on, locked neighbours, and grids without micro-grids, be it that these are not known yet. */
export function facesOf(coverage: Coverage, units: readonly Unit[], work: WorkLevel): Unit[] {
  const isBare = (unit: Unit): boolean => work === "micro_grid" && unit.level === "grid" && childrenOf(coverage, unit.id).length === 0;
  return units.filter((unit) => unit.locked || unit.level === work || isBare(unit));
}

function unitsIn(coverage: Coverage, frame: Frame, box: PixelBox): Unit[] {
  const [west, south] = latticeOf(frame, [box.left, box.bottom]);
  const [east, north] = latticeOf(frame, [box.right, box.top]);
  return look.LEVELS.flatMap((level) => unitsInBox(coverage, [west, south, east, north], level).map((id) => coverage.units.get(id)!));
}

function paintFills(pen: Pen, frame: Frame, scene: Scene, table: WorldTable, units: readonly Unit[]): void {
  const paths = new Map<look.Tone, Path2D>();
  for (const unit of facesOf(scene.coverage, units, scene.work)) {
    const tone = look.toneOf(unit, scene.work);
    const path = paths.get(tone) ?? new Path2D();
    paths.set(tone, path);
    addRings(path, table.rings(scene.coverage, unit, frame));
  }
  pen.globalAlpha = scene.overBaseMap ? look.BASE_MAP_ALPHA : 1;
  for (const [tone, path] of paths) {
    pen.fillStyle = look.TONE_COLOURS[tone];
    pen.fill(path, "evenodd");
    // Closes the hairline that antialiasing leaves between two fills.
    if (!scene.overBaseMap) stroke(pen, path, { colour: look.TONE_COLOURS[tone], width: 0.6 });
  }
  pen.globalAlpha = 1;
}

const PATTERNS = [
  { has: (unit: Unit) => unit.locked, colour: look.LOCKED_HATCH, width: 1, gapPx: 14, slant: -1 },
  { has: (unit: Unit) => !unit.locked && unit.kind === "exclusive", colour: look.EXCLUSIVE_HATCH, width: 1.2, gapPx: 8, slant: 1 },
  { has: (unit: Unit) => unit.pending, colour: look.PENDING_DOTS, width: 2, gapPx: 12, slant: 1, dash: [0, 12] },
] as const;

function paintPatterns(pen: Pen, frame: Frame, scene: Scene, table: WorldTable, units: readonly Unit[], box: PixelBox): void {
  const faces = facesOf(scene.coverage, units, scene.work);
  const grids = units.filter((unit) => unit.level === "grid");
  for (const { has, ...hatch } of PATTERNS) {
    const marked = [...new Set([...faces, ...grids])].filter(has);
    if (marked.length === 0) continue;
    const path = new Path2D();
    for (const unit of marked) addRings(path, table.rings(scene.coverage, unit, frame));
    hatchPath(pen, path, hatch, frame, box);
  }
}

/** The coarsest level that has an edge draws it; `drawn` remembers, and the finest is painted first. */
function paintBorders(pen: Pen, frame: Frame, scene: Scene, table: WorldTable, units: readonly Unit[]): void {
  const drawn = new Set<number>();
  const strokes: (() => void)[] = [];
  for (const level of [...look.LEVELS].reverse()) {
    const line = look.borderLine(level, scene.work, frame.zoom);
    if (line === null) continue;
    const path = new Path2D();
    const chains = chainsOf(units.filter((unit) => unit.level === level), drawn);
    for (const chain of chains) addLine(path, table.ring(scene.coverage, chain, frame));
    strokes.unshift(() => stroke(pen, path, line));
  }
  for (const draw of strokes) draw();
}
