/** Keys on the map: first the tool in hand, then the map itself. */
import type { Hand, Spot } from "./desk";
import { intentOf, type Intent } from "./keys";

export interface KeyHost {
  readonly element: HTMLElement;
  hand(): Hand;
  centre(): Spot;
  isDragging(): boolean;
  stopDrag(): void;
  /** Nothing is left to cancel but what was refused. */
  forgive(): void;
  pan(right: number, up: number): void;
  zoom(steps: number): void;
  /** The keys aim with the middle of the map from now on. */
  aim(): void;
}

/** Buttons on the map keep their own keys; the map and the vertex stop have the tool's. */
export function listenToKeys(host: KeyHost, takesKeys: (target: EventTarget | null) => boolean): void {
  host.element.addEventListener("keydown", (event) => {
    if (!takesKeys(event.target) || !handled(host, event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function handled(host: KeyHost, event: KeyboardEvent): boolean {
  const command = event.ctrlKey || event.metaKey;
  const intent = intentOf({ key: event.key, shift: event.shiftKey, alt: event.altKey, command });
  if (intent?.kind === "cancel" && host.isDragging()) {
    host.stopDrag();
    return true;
  }
  if (intent !== null && host.hand().key(intent, host.centre())) return true;
  if (intent?.kind === "cancel") host.forgive();
  return !command && (moves(host, intent) || zooms(host, event.key));
}

function moves(host: KeyHost, intent: Intent | null): boolean {
  if (intent?.kind !== "step") return false;
  host.pan(intent.right, intent.up);
  host.aim();
  return true;
}

function zooms(host: KeyHost, key: string): boolean {
  const steps = { "+": 1, "=": 1, "-": -1, _: -1 }[key];
  if (steps !== undefined) host.zoom(steps);
  return steps !== undefined;
}
