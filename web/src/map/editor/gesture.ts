/**
 * What a pointer means: pure, fed with what happened and answering with what to do.
 *
 *   idle ── down ──▶ pressed ── far enough ──▶ dragging (on a handle)   or  panning (Leaflet's)
 *                      │  ▲                        │
 *                      │  └ touch: held 350 ms ───▶│ (a finger grabs only by a long press; else it pans)
 *                      └── up ──▶ click            ├── up inside ──▶ drop
 *                                                  ├── up outside ──▶ miss
 *                                                  └── cancel, second finger, blur ──▶ abort
 */
export const LONG_PRESS_MS = 350;
const START_PX = { mouse: 3, touch: 10 } as const;

export type Input =
  | { readonly kind: "down"; readonly id: number; readonly x: number; readonly y: number; readonly touch: boolean; readonly onHandle: boolean }
  | { readonly kind: "move"; readonly id: number; readonly x: number; readonly y: number }
  | { readonly kind: "up"; readonly id: number; readonly x: number; readonly y: number; readonly inside: boolean }
  | { readonly kind: "held"; readonly id: number }
  | { readonly kind: "stop" };

export type Gesture =
  | { readonly phase: "idle" }
  | { readonly phase: "pressed"; readonly id: number; readonly x: number; readonly y: number; readonly touch: boolean; readonly onHandle: boolean }
  | { readonly phase: "dragging"; readonly id: number }
  | { readonly phase: "panning"; readonly id: number };

/** `grab` begins a drag at the place of the press, `wait` asks to be told when the finger has lain long enough, `miss` drops beside the map. */
export type Meaning = "none" | "wait" | "grab" | "drag" | "drop" | "miss" | "abort" | "click";

export interface Step {
  readonly gesture: Gesture;
  readonly meaning: Meaning;
}

export const IDLE: Gesture = { phase: "idle" };

export function step(gesture: Gesture, input: Input): Step {
  if (input.kind === "stop") return ended(gesture);
  if (input.kind === "down") return pressed(gesture, input);
  if (gesture.phase === "idle" || gesture.id !== input.id) return { gesture, meaning: "none" };
  if (input.kind === "held") return held(gesture);
  return input.kind === "move" ? moved(gesture, input) : released(gesture, input);
}

/** A second finger or button ends what the first began; two fingers belong to Leaflet. */
function pressed(gesture: Gesture, input: Extract<Input, { kind: "down" }>): Step {
  if (gesture.phase === "dragging") return { gesture: IDLE, meaning: "abort" };
  if (gesture.phase !== "idle") return { gesture: { phase: "panning", id: gesture.id }, meaning: "none" };
  const { id, x, y, touch, onHandle } = input;
  return { gesture: { phase: "pressed", id, x, y, touch, onHandle }, meaning: touch && onHandle ? "wait" : "none" };
}

function held(gesture: Gesture): Step {
  if (gesture.phase !== "pressed" || !gesture.onHandle) return { gesture, meaning: "none" };
  return { gesture: { phase: "dragging", id: gesture.id }, meaning: "grab" };
}

function moved(gesture: Gesture, { x, y }: { readonly x: number; readonly y: number }): Step {
  if (gesture.phase === "dragging") return { gesture, meaning: "drag" };
  if (gesture.phase !== "pressed") return { gesture, meaning: "none" };
  const far = Math.hypot(x - gesture.x, y - gesture.y) > START_PX[gesture.touch ? "touch" : "mouse"];
  if (!far) return { gesture, meaning: "none" };
  const grabs = gesture.onHandle && !gesture.touch;
  return { gesture: { phase: grabs ? "dragging" : "panning", id: gesture.id }, meaning: grabs ? "grab" : "none" };
}

function released(gesture: Gesture, { inside }: { readonly inside: boolean }): Step {
  if (gesture.phase === "dragging") return { gesture: IDLE, meaning: inside ? "drop" : "miss" };
  return { gesture: IDLE, meaning: gesture.phase === "pressed" && inside ? "click" : "none" };
}

function ended(gesture: Gesture): Step {
  return { gesture: IDLE, meaning: gesture.phase === "dragging" ? "abort" : "none" };
}
