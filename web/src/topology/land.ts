/** The coverage itself, and how a changed copy of it is made. */
import type { Cells, CellsDraft } from "./cells";
import type { Paged, PagedDraft } from "./paged";
import { UnitTable } from "./unitTable";
import type { Box, Coverage, Point, Unit } from "./types";

interface Content {
  readonly units: UnitTable;
  readonly scope: string;
  readonly box: Box;
  readonly synthetic: boolean;
  readonly points: Paged<Point>;
  /** For each vertex the slots of the units that have it, on all levels. */
  readonly having: Paged<readonly number[]>;
  /** For each unit's slot the ids of those one level down, ascending. */
  readonly below: Paged<readonly string[]>;
  readonly cells: Cells;
}

export class Land implements Coverage {
  readonly units: UnitTable;
  readonly scope: string;
  readonly box: Box;
  readonly synthetic: boolean;

  constructor(readonly content: Content) {
    ({ units: this.units, scope: this.scope, box: this.box, synthetic: this.synthetic } = content);
  }

  position(vertex: number): Point {
    return this.content.points.get(vertex)!;
  }

  knows(vertex: number): boolean {
    return Number.isInteger(vertex) && vertex >= 0 && (this.content.having.get(vertex)?.length ?? 0) > 0;
  }

  /** The units that have a vertex, on all levels. */
  having(vertex: number): Unit[] {
    return (this.content.having.get(vertex) ?? []).map((slot) => this.content.units.rows.get(slot)!);
  }

  children(id: string): readonly string[] {
    const slot = this.units.slots.find(id);
    return (slot === undefined ? undefined : this.content.below.get(slot)) ?? [];
  }

  isLowest(unit: Unit): boolean {
    return this.children(unit.id).length === 0;
  }

  /** The lowest units in a unit: itself if there are none below it. */
  lowest(id: string): Unit[] {
    const below = this.children(id);
    return below.length > 0 ? below.flatMap((child) => this.lowest(child)) : [this.units.get(id)!];
  }

  /** Ids of all units in a unit, without its own. */
  descendants(id: string): string[] {
    return this.children(id).flatMap((child) => [child, ...this.descendants(child)]);
  }

  /** The units whose boxes meet a box, on all levels. */
  near(box: Box): Unit[] {
    const found = Array.from(this.content.cells.near(box), (slot) => this.content.units.rows.get(slot)!);
    return found.filter((unit) => overlap(this.boxOf(unit), box));
  }

  boxOf(unit: Unit): Box {
    return boxOf(unit, (vertex) => this.position(vertex));
  }

  draft(): Draft {
    return new Draft(this);
  }
}

/** The coverage as what it is. */
export function landOf(coverage: Coverage): Land {
  return coverage as Land;
}

export function overlap(a: Box, b: Box): boolean {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

export function boxAround<T>(items: readonly T[], position: (item: T) => Point): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const item of items) {
    const [x, y] = position(item);
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < south) south = y;
    if (y > north) north = y;
  }
  return [west, south, east, north];
}

/** A unit is another object as soon as one of its vertices has moved, so its box is worked out once. */
const boxes = new WeakMap<Unit, Box>();

function boxOf(unit: Unit, position: (vertex: number) => Point): Box {
  const known = boxes.get(unit);
  if (known !== undefined) return known;
  const box = boxAround(unit.parts.length === 1 ? unit.parts[0]![0]! : unit.parts.flatMap((part) => part[0]!), position);
  boxes.set(unit, box);
  return box;
}

export function widened([west, south, east, north]: Box, by: number): Box {
  return [west - by, south - by, east + by, north + by];
}

/** A copy of a land under work. What is read from it is what has been written; the land it is made of stays as it was. */
export class Draft {
  readonly touched = new Set<string>();
  private readonly rows: PagedDraft<Unit | undefined>;
  private readonly points: PagedDraft<Point>;
  private readonly haves: PagedDraft<readonly number[]>;
  private readonly below: PagedDraft<readonly string[]>;
  private readonly cells: CellsDraft;
  private size: number;

  constructor(readonly base: Land) {
    const { units, points, having, below, cells } = base.content;
    this.rows = units.rows.draft();
    [this.points, this.haves, this.below, this.cells] = [points.draft(), having.draft(), below.draft(), cells.draft()];
    this.size = units.size;
  }

  get(id: string): Unit | undefined {
    const slot = this.base.units.slots.find(id);
    return slot === undefined ? undefined : this.rows.get(slot);
  }

  position(vertex: number): Point {
    return this.points.get(vertex)!;
  }

  having(vertex: number): Unit[] {
    return (this.haves.get(vertex) ?? []).map((slot) => this.rows.get(slot)!);
  }

  addPoint(point: Point): number {
    return this.points.push(point);
  }

  /** Moves a vertex: every unit that has it becomes another object. */
  move(vertex: number, to: Point): void {
    this.points.set(vertex, to);
    for (const unit of this.having(vertex)) this.put({ ...unit });
  }

  /** Adds a unit, or puts it in the place of the one with its id. */
  put(unit: Unit): void {
    const slot = this.base.units.slots.of(unit.id);
    const old = this.rows.get(slot);
    if (old === undefined) this.enter(unit);
    if (old?.parts !== unit.parts) this.note(slot, old, unit);
    this.rows.set(slot, unit);
    this.touched.add(unit.id);
  }

  remove(id: string): void {
    const slot = this.base.units.slots.of(id);
    const old = this.rows.get(slot);
    if (old === undefined) return;
    this.note(slot, old, undefined);
    this.rows.set(slot, undefined);
    this.size -= 1;
    this.touched.add(id);
    if (old.parent !== null) this.siblings(old.parent, (ids) => ids.filter((each) => each !== id));
  }

  private enter(unit: Unit): void {
    this.size += 1;
    if (unit.parent !== null) this.siblings(unit.parent, (ids) => [...ids, unit.id].sort());
  }

  private siblings(parent: string, change: (ids: readonly string[]) => readonly string[]): void {
    const slot = this.base.units.slots.of(parent);
    this.below.set(slot, change(this.below.get(slot) ?? []));
  }

  private note(slot: number, old: Unit | undefined, unit: Unit | undefined): void {
    const [before, after] = [verticesOf(old), verticesOf(unit)];
    for (const vertex of before) {
      if (!after.has(vertex)) this.haves.set(vertex, this.haves.get(vertex)!.filter((each) => each !== slot));
    }
    for (const vertex of after) if (!before.has(vertex)) this.haves.set(vertex, [...(this.haves.get(vertex) ?? []), slot]);
  }

  done(): Land {
    for (const id of this.touched) this.recell(id);
    const units = new UnitTable(this.base.units.slots, this.rows.done(), this.size);
    const made = { points: this.points.done(), having: this.haves.done(), below: this.below.done(), cells: this.cells.done() };
    return new Land({ ...this.base.content, units, ...made });
  }

  private recell(id: string): void {
    const [before, after] = [this.base.units.get(id), this.get(id)];
    const position = (vertex: number): Point => this.position(vertex);
    this.cells.replace(this.base.units.slots.of(id), before ? this.base.boxOf(before) : null, after ? boxOf(after, position) : null);
  }
}

function verticesOf(unit: Unit | undefined): Set<number> {
  const found = new Set<number>();
  for (const part of unit?.parts ?? []) for (const ring of part) for (const vertex of ring) found.add(vertex);
  return found;
}
