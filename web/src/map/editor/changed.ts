/** Where two lands differ: the box that has to be painted anew. */
import type { Coverage, Point, Ring } from "../../topology";
import { joined, type LatticeBox } from "./camera";

export function changedBox(before: Coverage, after: Coverage, touched: readonly string[]): LatticeBox | null {
  return touched.reduce<LatticeBox | null>((box, id) => joined(box, changeOf(before, after, id)), null);
}

function changeOf(before: Coverage, after: Coverage, id: string): LatticeBox | null {
  const [was, is] = [ringsOf(before, id), ringsOf(after, id)];
  const alike = was.length === is.length && was.every((ring, i) => ring.length === is[i]!.length && ring.every((v, k) => v === is[i]![k]));
  if (alike) return moved(before, after, is);
  return [...was.map((ring) => boxOf(before, ring)), ...is.map((ring) => boxOf(after, ring))].reduce<LatticeBox | null>(joined, null);
}

function ringsOf(coverage: Coverage, id: string): Ring[] {
  return (coverage.units.get(id)?.parts ?? []).flatMap((part) => [...part]);
}

/** The same vertices: only the edges at those that moved are new. */
function moved(before: Coverage, after: Coverage, rings: readonly Ring[]): LatticeBox | null {
  let box: LatticeBox | null = null;
  for (const ring of rings) {
    ring.forEach((vertex, i) => {
      const [was, is] = [before.position(vertex), after.position(vertex)];
      if (was[0] === is[0] && was[1] === is[1]) return;
      const beside = [ring[(i + ring.length - 1) % ring.length]!, ring[(i + 1) % ring.length]!];
      const points = [was, is, ...beside.flatMap((v) => [before.position(v), after.position(v)])];
      box = points.reduce<LatticeBox | null>((found, point) => joined(found, at(point)), box);
    });
  }
  return box;
}

const at = ([x, y]: Point): LatticeBox => [x, y, x, y];

function boxOf(coverage: Coverage, ring: Ring): LatticeBox {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const vertex of ring) {
    const [x, y] = coverage.position(vertex);
    [west, south, east, north] = [Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y)];
  }
  return [west, south, east, north];
}
