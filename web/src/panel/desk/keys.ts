/** The keys of the desk: what each does, where they are on. */
import { LANES, type Lane } from "../../desk/rows";
import { byId } from "../dom";
import { ACTION_KEYS, keysAreOn, showHelp } from "./help";

export interface KeyActs {
  readonly close: () => void;
  readonly chooseLane: (lane: Lane) => void;
  readonly step: (by: number) => void;
  readonly report: () => void;
  readonly search: () => void;
  /** Does something to the open incident; null where none is open. */
  readonly actionOf: (action: string) => (() => void) | null;
}

export function bindKeys(acts: KeyActs): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select")) return;
    const act = event.key === "Escape" ? acts.close : keysAreOn() ? actOf(event, acts) : null;
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actOf({ key, target }: KeyboardEvent, acts: KeyActs): (() => void) | null {
  const lane = LANES[Number(key) - 1];
  if (lane) return () => acts.chooseLane(lane);
  const onMap = target instanceof HTMLElement && target.id === "map";
  const plain: Readonly<Record<string, () => void>> = {
    j: () => acts.step(1),
    k: () => acts.step(-1),
    n: () => !byId("new-report").hidden && acts.report(),
    g: () => byId("map").focus(),
    "/": acts.search,
    "?": showHelp,
  };
  if (key in plain && !onMap) return plain[key]!;
  const action = ACTION_KEYS[key];
  return action === undefined ? null : acts.actionOf(action);
}
