/** The map of the workbench: shows the store's land and lets it be edited. Nothing outside this folder and ../ knows Leaflet. */
import { bounds, type Coverage } from "../../topology";
import { language } from "../../i18n/i18n";
import type { Flight, Store } from "../../workbench/store";
import { Board } from "./board";
import { latticeOf, pixelOf, type Pixel } from "./camera";
import { boxOfUnits } from "./coverageStage";
import { FLASH_MS, flashAt } from "./flash";
import type { Desk, Hand, HintButton, Spot } from "./desk";
import { handFor } from "./hands";
import { roving } from "./handles";
import { listenToKeys } from "./keyboard";
import { Layers } from "./layers";
import { HintBar, RefusalNote } from "./notice";
import { Pointers } from "./pointers";
import { probeOf } from "./probe";
import { report } from "./reporting";
import { SwipeBar } from "./swipe";
import { VertexHand } from "./vertexHand";
import { VertexStop } from "./vertexStop";

export class Editor {
  private readonly board: Board;
  private readonly layers: Layers;
  private readonly pointers: Pointers;
  private readonly desk: Desk;
  private hand: Hand;
  private shown: Coverage | null = null;
  private scope: string | null = null;
  private frame = 0;
  private refusedAt_ms = -FLASH_MS;
  private readonly still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  private pointer: Pixel | null = null;
  private readonly hints = new HintBar((button) => this.press(button));
  private readonly note = new RefusalNote();
  private readonly stop = new VertexStop(() => this.stopEntered());
  private readonly swipe: SwipeBar;

  constructor(
    private readonly element: HTMLElement,
    private readonly store: Store,
  ) {
    this.board = new Board(element);
    this.swipe = new SwipeBar(element, (share) => store.swipe.set(Math.min(Math.max(share, 0), 1)));
    this.layers = new Layers(this.board, store, () => this.hand, () => this.shown ?? store.coverage.get(), () => this.flash());
    this.desk = this.makeDesk();
    this.hand = handFor(store.tool.get(), this.desk);
    this.pointers = this.listenToPointers();
    this.listenToKeys();
    this.furnish();
    this.subscribe();
    this.showAll();
    window.wanggeEditor = probeOf(this.board, this.layers, store);
    Object.assign(document.documentElement.dataset, { editor: "ready", dragging: "false" });
  }

  private makeDesk(): Desk {
    return {
      store: this.store,
      frame: () => this.layers.frame(),
      runs: () => this.layers.runs(),
      preview: (coverage, touched) => this.preview(coverage, touched),
      refresh: () => this.refreshSoon(),
      reveal: (at) => this.board.reveal(at),
    };
  }

  private furnish(): void {
    const { element } = this;
    element.tabIndex = 0;
    element.classList.add("editor");
    const crosshair = document.createElement("div");
    crosshair.className = "editor-crosshair";
    element.prepend(this.stop.element);
    element.append(crosshair, this.note.element, this.hints.element);
  }

  private subscribe(): void {
    const { store } = this;
    store.coverage.subscribe(() => this.landChanged());
    store.level.subscribe(() => this.landChanged());
    store.today.subscribe(() => this.layers.showComparison());
    store.comparison.subscribe(() => this.comparisonChanged());
    store.swipe.subscribe(() => this.swiped());
    store.layers.subscribe(() => this.layersChanged());
    store.lines.subscribe(() => this.layers.showLines());
    store.marks.subscribe(() => this.layers.showNotes());
    store.tool.subscribe(() => this.takeUp());
    store.flight.subscribe((flight) => this.fly(flight));
    for (const one of [store.selection, store.hovered, store.readOnly]) one.subscribe(() => this.unitsChanged());
    store.refusal.subscribe(() => this.refused());
    language.subscribe(() => this.translate());
    this.board.map.addEventListener("moveend", () => this.moved());
  }

  private showAll(): void {
    this.board.showBaseMap(this.store.layers.get().baseMap);
    this.landChanged();
    this.layers.showLines();
    this.comparisonChanged();
    this.takeUp();
  }

  private landChanged(): void {
    const land = this.store.coverage.get();
    this.shown = null;
    if (land !== null && land.scope !== this.scope) this.board.fit(bounds(land, land.scope), this.hints.covered());
    this.scope = land?.scope ?? null;
    this.layers.showCoverage();
    this.layers.showComparison();
    this.unitsChanged();
  }

  private unitsChanged(): void {
    this.hand.changed();
    this.refreshSoon();
  }

  private layersChanged(): void {
    this.board.showBaseMap(this.store.layers.get().baseMap);
    this.layers.showCoverage();
    this.layers.showNotes();
    this.layers.showComparison();
  }

  private comparisonChanged(): void {
    const swipes = this.store.comparison.get() === "swipe";
    this.layers.showComparison();
    this.refreshSoon();
    if (!swipes) this.layers.unclip();
    if (swipes) this.element.append(this.swipe.element);
    else this.swipe.element.remove();
    this.swiped();
  }

  private swiped(): void {
    this.swipe.show(this.store.swipe.get());
    this.layers.clip();
  }

  private moved(): void {
    document.documentElement.dataset["zoom"] = String(this.board.map.getZoom());
    this.layers.clip();
    if (this.element.dataset["aim"] === "keys") this.hand.hover(this.centre());
    this.refreshSoon();
  }

  private takeUp(): void {
    this.pointers.stop();
    this.hand.leave();
    this.hand = handFor(this.store.tool.get(), this.desk);
    document.documentElement.dataset["tool"] = this.store.tool.get();
    this.refreshSoon();
  }

  private fly(flight: Flight | null): void {
    const land = this.store.coverage.get();
    if (flight === null) return;
    if (flight.kind === "point") return this.board.goTo(flight.at);
    const box = flight.kind === "box" ? flight.box : land === null ? null : boxOfUnits(land, flight.ids);
    if (box !== null) this.board.fit(box, this.hints.covered());
  }

  private preview(coverage: Coverage | null, touched: readonly string[]): void {
    this.shown = coverage;
    this.layers.preview(coverage, touched);
    if (coverage !== this.store.preview.get()) this.store.preview.set(coverage);
  }

  private press(button: HintButton): void {
    this.hand.press(button);
    this.element.focus({ preventScroll: true });
  }

  private stopEntered(): void {
    if (this.hand instanceof VertexHand) this.hand.enterStop();
  }

  /** A drag tries many places: only what was tried once and for all lights up. */
  private refused(): void {
    if (!this.pointers.isDragging() && !this.still) this.refusedAt_ms = performance.now();
    this.refreshSoon();
  }

  private flash(): number {
    return flashAt(performance.now() - this.refusedAt_ms);
  }

  private translate(): void {
    this.board.translate();
    this.swiped();
    this.refreshSoon();
  }

  private refreshSoon(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.refresh());
  }

  private refresh(): void {
    this.frame = 0;
    this.layers.paintLiveNow();
    this.hints.show(this.hand.hint());
    this.element.style.cursor = this.hand.cursor();
    this.showRefusal();
    this.showStop();
    this.element.dispatchEvent(new CustomEvent("editorpainted"));
    if (this.flash() > 0) this.refreshSoon();
  }

  /** Beside the pointer while something is dragged or drawn, else at the place it is about. */
  private showRefusal(): void {
    const refusal = this.store.refusal.get();
    const frame = this.layers.frame();
    const place = refusal?.place ? this.board.elementPixel(frame, pixelOf(frame, refusal.place)) : this.board.middle();
    const [right, bottom] = this.board.middle();
    this.note.show(refusal, this.pointer ?? place, [right * 2, bottom * 2]);
  }

  private showStop(): void {
    if (!(this.hand instanceof VertexHand)) return this.stop.show(null, null, 0, false);
    const [order, frame] = [roving(this.hand.visible()), this.layers.frame()];
    const vertex = this.hand.focused();
    const at = this.hand.focusPlace();
    const place = at === null ? null : this.board.elementPixel(frame, pixelOf(frame, at));
    this.stop.show(place, vertex === null ? null : order.indexOf(vertex) + 1, order.length, this.hand.isTaken());
  }

  private spotAt(at: Pixel, event: Pick<PointerEvent, "ctrlKey" | "metaKey" | "shiftKey" | "pointerType"> | null): Spot {
    const frame = this.layers.frame();
    const px = this.board.canvasPixel(frame, at[0], at[1]);
    const free = event !== null && (event.ctrlKey || event.metaKey);
    return { px, at: latticeOf(frame, px), free, shift: event?.shiftKey ?? false, touch: event?.pointerType === "touch", byKeys: event === null };
  }

  private centre(): Spot {
    const aimed = this.element.dataset["aim"] === "keys" || this.pointer === null;
    return { ...this.spotAt(this.board.middle(), null), byKeys: aimed };
  }

  private spotOf(event: PointerEvent): Spot {
    const { left, top } = this.element.getBoundingClientRect();
    this.pointer = [event.clientX - left, event.clientY - top];
    return this.spotAt(this.pointer, event);
  }

  private listenToPointers(): Pointers {
    this.element.addEventListener("pointerleave", () => (this.pointer = null));
    return new Pointers({
      element: this.element,
      hand: () => this.hand,
      spotOf: (event) => this.spotOf(event),
      letPan: (pans) => this.board.letPan(pans),
      dragging: (isDragging) => void (document.documentElement.dataset["dragging"] = String(isDragging)),
      pressed: () => report(this.store, null),
      pointed: () => void delete this.element.dataset["aim"],
      missed: () => report(this.store, { code: "dropped_outside", units: [], place: null }),
    });
  }

  private listenToKeys(): void {
    const { element } = this;
    const aim = (): void => void (element.dataset["aim"] = "keys");
    const host = {
      element,
      aim,
      hand: () => this.hand,
      centre: () => this.centre(),
      isDragging: () => this.pointers.isDragging(),
      forgive: () => report(this.store, null),
      stopDrag: () => this.pointers.stop(),
      pan: (right: number, up: number) => this.board.pan(right, up),
      zoom: (steps: number) => void this.board.map.setZoom(this.board.map.getZoom() + steps),
    };
    listenToKeys(host, (target) => target === element || target === this.stop.element);
  }
}
