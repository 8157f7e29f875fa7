/** The shared-vertex topology of a place and the actions on it. Pure: no page, no map, no network. */
export { moveBorder } from "./borderLines";
export { carve, draw, transfer } from "./giving";
export { label } from "./labels";
export { areaM2, compactness, perimeterM, sharedOut } from "./measures";
export { merge } from "./merging";
export { adopt, agrees, open } from "./opening";
export {
  bounds,
  childrenOf,
  edgeNear,
  neighbours,
  sharedBorder,
  unitAt,
  unitsInBox,
  unitsOfVertex,
  verticesNear,
  type EdgeNear,
} from "./queries";
export { REFUSALS, type RefusalCode } from "./refusals";
export { replay, type Replayed } from "./replaying";
export { snap, type Snap } from "./snapping";
export { split } from "./splitting";
export type { Box, Command, Coverage, Done, LandAnswer, LandUnit, Level, Outcome, Part, Point, Refusal, Ring, Unit } from "./types";
export { insertVertex, isLocked, moveVertex, removeVertex } from "./vertices";
