/** Pointer events to what they mean for the tool in hand. Moves are taken once a frame; presses and releases at once. */
import type { Hand, Spot } from "./desk";
import { IDLE, LONG_PRESS_MS, step, type Gesture, type Input } from "./gesture";

export interface PointerHost {
  readonly element: HTMLElement;
  hand(): Hand;
  /** Null while the map has no view or is being zoomed. */
  spotOf(event: PointerEvent): Spot | null;
  /** Whether dragging moves the map. */
  letPan(pans: boolean): void;
  dragging(isDragging: boolean): void;
  /** Before anything comes of it: what was refused is forgotten. */
  pressed(): void;
  pointed(): void;
  /** Something was dropped beside the map: nothing comes of it. */
  missed(): void;
}

const DOUBLE_MS = 400;
const DOUBLE_PX = 6;
const NOT_THE_MAP = ".leaflet-control, .editor-hint, .swipe-bar";

export class Pointers {
  private gesture: Gesture = IDLE;
  private pressedAt: Spot | null = null;
  private latest: PointerEvent | null = null;
  private frame = 0;
  private timer = 0;
  private lastClick: { readonly at: number; readonly x: number; readonly y: number } | null = null;

  constructor(private readonly host: PointerHost) {
    const { element } = host;
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    element.addEventListener("pointerup", (event) => this.up(event));
    element.addEventListener("pointercancel", () => this.stop());
    // A finger is captured by what it touched first; only the loss of our own capture ends a drag.
    element.addEventListener("lostpointercapture", (event) => event.target === element && this.stop());
    element.addEventListener("pointerleave", () => this.left());
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    window.addEventListener("blur", () => this.stop());
  }

  isDragging(): boolean {
    return this.gesture.phase === "dragging";
  }

  /** Ends a drag with nothing done; what a pointer does until it is pressed again has no meaning. */
  stop(): void {
    this.feed({ kind: "stop" }, null);
  }

  private down(event: PointerEvent): void {
    if ((event.target as Element).closest(NOT_THE_MAP) || (event.pointerType === "mouse" && event.button !== 0)) return;
    this.host.element.focus({ preventScroll: true });
    const spot = this.host.spotOf(event);
    if (spot === null) return;
    this.host.pressed();
    const onHandle = this.host.hand().canGrab(spot);
    if (this.gesture.phase === "idle") this.pressedAt = spot;
    if (onHandle && !spot.touch) this.host.letPan(false);
    if (event.pointerType === "mouse") this.capture(event.pointerId);
    const { pointerId: id, clientX: x, clientY: y } = event;
    this.feed({ kind: "down", id, x, y, touch: spot.touch, onHandle }, event);
  }

  private move(event: PointerEvent): void {
    this.latest = event;
    if (event.pointerType === "mouse") this.host.pointed();
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.takeMove());
  }

  private takeMove(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const event = this.latest;
    this.latest = null;
    if (event === null) return;
    if (this.gesture.phase === "idle") this.hover(event);
    else this.feed({ kind: "move", id: event.pointerId, x: event.clientX, y: event.clientY }, event);
  }

  private hover(event: PointerEvent): void {
    if (event.pointerType === "touch") return;
    const isOnMap = !(event.target as Element).closest(NOT_THE_MAP);
    const spot = isOnMap ? this.host.spotOf(event) : null;
    this.host.hand().hover(spot);
  }

  private left(): void {
    if (this.gesture.phase !== "idle") return;
    this.latest = null;
    this.host.hand().hover(null);
  }

  private up(event: PointerEvent): void {
    this.takeMove();
    const { left, right, top, bottom } = this.host.element.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    const inside = x >= left && x <= right && y >= top && y <= bottom;
    this.feed({ kind: "up", id: event.pointerId, x, y, inside }, event);
  }

  private feed(input: Input, event: PointerEvent | null): void {
    const { gesture, meaning } = step(this.gesture, input);
    this.gesture = gesture;
    if (meaning === "wait" && event !== null) this.wait(event);
    else if (gesture.phase !== "pressed") window.clearTimeout(this.timer);
    const hand = this.host.hand();
    const spot = event === null ? null : this.host.spotOf(event);
    if (meaning === "grab" && this.pressedAt !== null) this.grab(hand, spot);
    else if (meaning === "drag" && spot !== null) hand.drag(spot);
    else if (meaning === "drop") hand.drop();
    else if (meaning === "abort") hand.abort();
    else if (meaning === "miss") this.miss(hand);
    else if (meaning === "click" && spot !== null && event !== null) this.click(hand, spot, event);
    if (gesture.phase === "idle") this.rest();
  }

  private miss(hand: Hand): void {
    hand.abort();
    this.host.missed();
  }

  private rest(): void {
    this.pressedAt = null;
    this.host.letPan(true);
    this.host.dragging(false);
  }

  private wait(event: PointerEvent): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.feed({ kind: "held", id: event.pointerId }, event), LONG_PRESS_MS);
  }

  private grab(hand: Hand, spot: Spot | null): void {
    this.host.letPan(false);
    if (this.gesture.phase === "dragging") this.capture(this.gesture.id);
    this.host.dragging(true);
    hand.grab(this.pressedAt!);
    if (spot !== null) hand.drag(spot);
  }

  /** Moves and the release are told also beside the map, where a mouse may be at once; a pointer that is gone by now cannot be kept. */
  private capture(id: number): void {
    try {
      this.host.element.setPointerCapture(id);
    } catch {
      this.stop();
    }
  }

  private click(hand: Hand, spot: Spot, { timeStamp, clientX: x, clientY: y }: PointerEvent): void {
    const last = this.lastClick;
    const again = last !== null && timeStamp - last.at < DOUBLE_MS && Math.hypot(x - last.x, y - last.y) < DOUBLE_PX;
    this.lastClick = again ? null : { at: timeStamp, x, y };
    if (again) hand.doubleClick(spot);
    else hand.click(spot);
  }
}
