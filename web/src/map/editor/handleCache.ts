/** The handles of the units in hand, worked out again only when the view, the land or the choice has changed. */
import type { Coverage } from "../../topology";
import type { Store } from "../../workbench/store";
import type { Frame } from "../overlay";
import type { Spot } from "./desk";
import { handleAt, handlesOf, REACH_PX, type Handle } from "./handles";

export class HandleCache {
  private handles: readonly Handle[] = [];
  private madeFor: Frame | null = null;

  constructor(
    private readonly store: Store,
    private readonly frame: () => Frame,
    private readonly land: () => Coverage | null,
  ) {}

  forget(): void {
    this.madeFor = null;
  }

  /** None while nothing may be edited. */
  all(): readonly Handle[] {
    const frame = this.frame();
    if (this.madeFor !== frame) {
      const land = this.land();
      this.handles = land === null || !this.store.isEditable() ? [] : handlesOf(land, this.unitsInHand(), frame);
      this.madeFor = frame;
    }
    return this.handles;
  }

  under({ px, touch }: Spot): Handle | null {
    return handleAt(this.all(), px, REACH_PX[touch ? "touch" : "mouse"]);
  }

  private unitsInHand(): readonly string[] {
    const { selection, hovered } = this.store;
    if (selection.get().length > 0) return selection.get();
    const over = hovered.get();
    return over === null ? [] : [over];
  }
}
