/** Outlines of the incident marks. */
import type { Shape } from "./colours";

/** The outline of a shape around the origin as SVG path data; `r` is its radius in pixels. */
export function shapePath(shape: Shape, r: number): string {
  const third = r / 3;
  switch (shape) {
    case "circle":
      return `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`;
    case "square":
      return `M${-r * 0.85} ${-r * 0.85}H${r * 0.85}V${r * 0.85}H${-r * 0.85}Z`;
    case "diamond":
      return `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z`;
    case "triangle":
      return `M0 ${-r * 1.1}L${r * 1.1} ${r * 0.85}H${-r * 1.1}Z`;
    case "wedge":
      return `M0 ${r * 1.1}L${r * 1.1} ${-r * 0.85}H${-r * 1.1}Z`;
    case "cross":
      return `M${-third} ${-r}H${third}V${-third}H${r}V${third}H${third}V${r}H${-third}V${third}H${-r}V${-third}H${-third}Z`;
  }
}
