/** Names of the faces, placed so that none lies over another, and drawn where they were placed until the map rests again. */
import { bounds, unitsInBox, type Coverage, type Unit } from "../../topology";
import { boxesMeet, type Box } from "../../model/geometry";
import { nameWithin, shortName } from "../../model/names";
import type { WorkLevel } from "../../workbench/store";
import type { Frame } from "../overlay";
import { boxOfFrame, UNITS_PER_DEGREE, type Pixel } from "./camera";
import { haloText, type Pen } from "./drawing";
import type { PixelBox } from "./hatching";
import { FONT, type UnitLevel } from "./look";
import { anchorOf } from "./placing";
import type { WorldTable } from "./world";

export interface PlacedName {
  readonly text: string;
  readonly at: Pixel;
  readonly box: Box;
  readonly font: string;
  readonly colour: string;
}

interface NameStyle {
  readonly size: number;
  readonly weight: number;
  readonly colour: string;
}

const STYLES: Readonly<Partial<Record<UnitLevel, NameStyle>>> = {
  grid: { size: 13, weight: 600, colour: "#24413f" },
  micro_grid: { size: 12, weight: 400, colour: "#44524f" },
};

/** Grids before micro-grids, larger faces first; the code decides between equals. */
export function placedNames(pen: Pen, frame: Frame, coverage: Coverage, work: WorkLevel, table: WorldTable): PlacedName[] {
  const placed: PlacedName[] = [];
  const levels: readonly UnitLevel[] = work === "grid" ? ["grid"] : ["grid", "micro_grid"];
  for (const level of levels) {
    const candidates = unitsInBox(coverage, boxOfFrame(frame), level).map((id) => coverage.units.get(id)!);
    for (const name of candidates.flatMap((unit) => candidate(pen, frame, coverage, unit, table)).sort(byRoom)) {
      if (!placed.some((other) => boxesMeet(other.box, name.box))) placed.push(name);
    }
  }
  return placed;
}

type Candidate = PlacedName & { readonly room: number };

const byRoom = (a: Candidate, b: Candidate): number => b.room - a.room || (a.text < b.text ? -1 : 1);

function candidate(pen: Pen, frame: Frame, coverage: Coverage, unit: Unit, table: WorldTable): Candidate[] {
  const style = STYLES[unit.level];
  if (widthPx(frame, coverage, unit) < LEAST_PX) return [];
  const anchor = anchorOf(table.rings(coverage, unit, frame));
  if (!style || !anchor) return [];
  const font = `${style.weight} ${style.size}px ${FONT}`;
  const text = textOf(coverage, unit);
  pen.font = font;
  const half = pen.measureText(text).width / 2;
  // A name far wider than its face would be read as its neighbour's.
  if (half * 2 > anchor.room * 1.15 + 4) return [];
  const [x, y] = [Math.round(anchor.x), Math.round(anchor.y)];
  const box = { west: x - half - 4, east: x + half + 4, north: y - style.size * 0.8, south: y + style.size * 0.8 };
  return [{ text, at: [x, y], box, font, colour: unit.locked ? "#6b7776" : style.colour, room: anchor.room }];
}

/** No name is narrower; most faces of a county are, and need no closer look. */
const LEAST_PX = 24;

function widthPx({ world }: Frame, coverage: Coverage, { id }: Unit): number {
  const [west, , east] = bounds(coverage, id);
  return ((east - west) * world) / (360 * UNITS_PER_DEGREE);
}

/** A micro-grid goes by its number where it has a code, as its name begins with its grid's. */
function textOf(coverage: Coverage, unit: Unit): string {
  const parent = unit.parent === null ? undefined : coverage.units.get(unit.parent);
  return parent === undefined ? shortName(unit.name) : nameWithin(shortName(unit.name), parent.name);
}

export function drawNames(pen: Pen, names: readonly PlacedName[], box: PixelBox): void {
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.clip();
  const seen = { west: box.left, north: box.top, east: box.right, south: box.bottom };
  for (const { text, at, font, colour, box: own } of names) if (boxesMeet(own, seen)) haloText(pen, text, at, font, colour);
  pen.restore();
}
