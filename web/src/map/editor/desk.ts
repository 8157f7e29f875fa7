/** What the editor lends to the tool in hand, and what it asks of it. No Leaflet, no elements: tools are tested without a page. */
import type { Coverage, Point } from "../../topology";
import type { Key as TextKey } from "../../i18n/zh";
import type { Store } from "../../workbench/store";
import type { Frame } from "../overlay";
import type { Pixel } from "./camera";
import type { Pen } from "./drawing";
import type { Intent } from "./keys";
import type { LineRun } from "./lineIndex";

/** A place that is pointed at. */
export interface Spot {
  readonly px: Pixel;
  /** Its lattice point, not snapped. */
  readonly at: Point;
  /** Ctrl is held: nothing snaps. */
  readonly free: boolean;
  readonly shift: boolean;
  readonly touch: boolean;
  /** The middle of the map, aimed at by keys. */
  readonly byKeys: boolean;
}

export interface Hint {
  readonly key: TextKey;
  readonly values?: Readonly<Record<string, string>>;
  /** Buttons for fingers and for whoever does not know the keys. */
  readonly buttons?: readonly HintButton[];
}

export type HintButton = "finish" | "back" | "cancel";

export interface Desk {
  readonly store: Store;
  frame(): Frame;
  runs(): readonly LineRun[];
  /** Paints the coverage as it would be; null ends that. */
  preview(coverage: Coverage | null, touched: readonly string[]): void;
  /** The live canvas and the hint are brought up to date in the next frame. */
  refresh(): void;
  /** Moves the map so that a lattice point is in view. */
  reveal(at: Point): void;
}

/** A tool in the planner's hand. Every function may be called at any time: a tool that has nothing to do does nothing. */
export interface Hand {
  hint(): Hint;
  cursor(): string;
  canGrab(spot: Spot): boolean;
  hover(spot: Spot | null): void;
  click(spot: Spot): void;
  doubleClick(spot: Spot): void;
  grab(spot: Spot): void;
  drag(spot: Spot): void;
  drop(): void;
  /** The drag ends with nothing done. */
  abort(): void;
  /** True when the key was for this tool; `centre` is the middle of the map. */
  key(intent: Intent, centre: Spot): boolean;
  /** The land, the selection or the level has changed beneath the tool. */
  changed(): void;
  /** Another tool is taken up: whatever is unfinished is dropped. */
  leave(): void;
  /** A button of the hint. */
  press(button: HintButton): void;
  paint(pen: Pen, frame: Frame): void;
}
