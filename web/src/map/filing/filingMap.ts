/** The map of a filing: what it froze, before and after, one over the other or side by side behind a bar. */
import * as L from "leaflet";
import type { Point } from "../../topology";
import { Board } from "../editor/board";
import { latticeOf } from "../editor/camera";
import { paintDifference } from "../editor/comparePaint";
import { NO_DIFFERENCE, type Difference } from "../editor/comparing";
import { cut } from "../editor/cut";
import type { Pen } from "../editor/drawing";
import { Stage } from "../editor/stage";
import { SwipeBar } from "../editor/swipe";
import type { Frame } from "../overlay";
import { faceAt, type FiledFace, type Sides } from "./faces";
import { paintChosen, paintCorrections, paintFaces, paintNames, paintNeighbours } from "./paint";

export type Comparison = "swipe" | "overlay";

export interface FilingMapEvents {
  readonly chosen: (code: string) => void;
}

const NOTHING: Sides = { before: [], after: [], difference: NO_DIFFERENCE, box: [0, 0, 0, 0] };

export class FilingMap {
  private readonly board: Board;
  private readonly bar: SwipeBar;
  private readonly after = new Stage("coverage", (pen, frame) => this.paintAfter(pen, frame));
  private readonly before = new Stage("before", (pen, frame) => this.paintBefore(pen, frame));
  private readonly marks = new Stage("live", (pen, frame) => this.paintMarks(pen, frame));
  private sides: Sides = NOTHING;
  private neighbours: readonly FiledFace[] = [];
  private comparison: Comparison = "swipe";
  private share = 0.5;
  private chosen: string | null = null;
  private corrections: readonly string[] = [];

  constructor(
    private readonly element: HTMLElement,
    events: FilingMapEvents,
  ) {
    this.board = new Board(element);
    this.board.map.keyboard.enable();
    this.board.map.doubleClickZoom.enable();
    this.bar = new SwipeBar(element, (share) => this.swipe(share), { before: "of.before", after: "of.after" });
    element.append(this.bar.element);
    for (const stage of [this.after, this.before, this.marks]) this.board.map.addLayer(stage);
    this.board.map.addEventListener("move zoom resize", () => this.clip());
    this.board.map.addEventListener("moveend", () => this.noteView());
    this.board.map.addEventListener("click", (event) => this.pick(event as L.LeafletMouseEvent, events.chosen));
    this.swipe(0.5);
  }

  /** Another filing or level: the whole change is brought into view. */
  show(sides: Sides): void {
    this.sides = sides;
    this.neighbours = [];
    if (sides.box[0] <= sides.box[2]) this.board.fit(sides.box);
    this.refresh();
  }

  showNeighbours(faces: readonly FiledFace[]): void {
    this.neighbours = faces;
    this.refresh();
  }

  compare(comparison: Comparison): void {
    this.comparison = comparison;
    this.bar.element.hidden = comparison !== "swipe";
    this.before.element().hidden = comparison !== "swipe";
    this.refresh();
  }

  /** What is marked: the chosen face, and those to correct in their order. */
  mark(chosen: string | null, corrections: readonly string[]): void {
    [this.chosen, this.corrections] = [chosen, corrections];
    this.marks.refresh();
  }

  /** Brings a face into view. */
  reveal(code: string): void {
    const ring = this.faceOf(code)?.rings[0];
    if (ring) this.board.reveal(ring[0]!);
  }

  /** West, south, east, north of the view in degrees. */
  view(): readonly [number, number, number, number] {
    const bounds = this.board.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  /** For tests, as the map page's address has it: zoom/latitude/longitude. */
  private noteView(): void {
    const { lat, lng } = this.board.map.getCenter();
    this.element.dataset["view"] = `${this.board.map.getZoom()}/${lat.toFixed(7)}/${lng.toFixed(7)}`;
  }

  translate(): void {
    this.board.translate();
    this.bar.show(this.share);
  }

  remove(): void {
    this.board.map.remove();
  }

  private refresh(): void {
    for (const stage of [this.after, this.before, this.marks]) stage.refresh();
    this.clip();
  }

  private swipe(share: number): void {
    this.share = Math.min(Math.max(share, 0), 1);
    this.bar.show(this.share);
    this.clip();
  }

  private clip(): void {
    const isCut = this.comparison === "swipe";
    this.after.element().style.clipPath = "";
    if (!isCut) return;
    const at = this.share * this.element.clientWidth;
    cut(this.board, this.before, at, "left");
    cut(this.board, this.after, at, "right");
  }

  private paintAfter(pen: Pen, frame: Frame): void {
    const { after, difference } = this.sides;
    const old = this.comparison === "overlay" ? difference.before : [];
    this.paintSide(pen, frame, after, { ...difference, before: old }, after);
  }

  private paintBefore(pen: Pen, frame: Frame): void {
    const { before, difference } = this.sides;
    this.paintSide(pen, frame, before, { ...difference, after: [] }, before);
  }

  private paintSide(pen: Pen, frame: Frame, faces: readonly FiledFace[], difference: Difference, named: readonly FiledFace[]): void {
    paintNeighbours(pen, frame, this.neighbours);
    paintFaces(pen, frame, faces);
    paintDifference(pen, frame, difference);
    paintNames(pen, frame, named);
  }

  private paintMarks(pen: Pen, frame: Frame): void {
    const chosen = this.chosen === null ? null : this.faceOf(this.chosen);
    if (chosen) paintChosen(pen, frame, chosen);
    paintCorrections(pen, frame, this.corrections.map((code) => this.faceOf(code)).filter((face) => face !== null));
  }

  private faceOf(code: string): FiledFace | null {
    const { after, before } = this.sides;
    return after.find((face) => face.code === code) ?? before.find((face) => face.code === code) ?? null;
  }

  private pick({ containerPoint }: L.LeafletMouseEvent, chosen: (code: string) => void): void {
    const frame = this.marks.frame();
    if (frame === null) return;
    const at: Point = latticeOf(frame, this.board.canvasPixel(frame, containerPoint.x, containerPoint.y));
    const isBefore = this.comparison === "swipe" && containerPoint.x < this.share * this.element.clientWidth;
    const found = faceAt(isBefore ? this.sides.before : this.sides.after, at);
    if (found) chosen(found.code);
  }
}
