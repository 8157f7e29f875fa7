/** What the workbench has to tell about, apart from the state of saving. The panel puts it into words. */
import type { Problem } from "../api/client";
import type { Conflict, StoredCommand } from "../api/changeSets";

export type Message =
  /** The server refused a command that was already on the map; it and those after it were taken back. */
  | { readonly kind: "refused"; readonly position: number; readonly command: StoredCommand | null; readonly error: Problem }
  /** The server's land is not the page's; the server's is shown. */
  | { readonly kind: "disagreed"; readonly units: readonly string[]; readonly conflicts: readonly Conflict[] }
  /** A command works no more, since others have changed the map. */
  | { readonly kind: "stale"; readonly position: number; readonly error: Problem }
  /** Work of the last time was found in this browser. */
  | { readonly kind: "restored"; readonly count: number }
  /** One's own commands were put on top of somebody else's; `lost` of them could not be, since the set is decided. */
  | { readonly kind: "rebased"; readonly count: number; readonly lost: number }
  | { readonly kind: "failed"; readonly error: unknown };
