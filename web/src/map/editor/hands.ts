/** The hand for each tool. */
import type { Tool } from "../../workbench/store";
import { ChooseHand } from "./chooseHand";
import type { Desk, Hand } from "./desk";
import { DrawHand } from "./drawHand";
import { VertexHand } from "./vertexHand";

export function handFor(tool: Tool, desk: Desk): Hand {
  if (tool === "vertex") return new VertexHand(desk);
  if (tool === "select" || tool === "merge") return new ChooseHand(desk, tool === "merge");
  return new DrawHand(desk, tool);
}
