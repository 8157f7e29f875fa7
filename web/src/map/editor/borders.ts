/** Borders as chains of vertices, each edge once, so that none is drawn darker for being shared. */
import type { Ring, Unit } from "../../topology";

export type Chain = readonly number[];

/** Vertex numbers stay far under 2²⁶, so an edge makes a whole number under 2⁵². */
const STRIDE = 2 ** 26;

export function edgeKey(a: number, b: number): number {
  return a < b ? a * STRIDE + b : b * STRIDE + a;
}

/** Chains of those edges of the units that are not in `drawn`; they are put in there. */
export function chainsOf(units: Iterable<Unit>, drawn: Set<number> = new Set()): Chain[] {
  const chains: Chain[] = [];
  for (const unit of units) for (const part of unit.parts) for (const ring of part) addChains(chains, ring, drawn);
  return chains;
}

function addChains(chains: Chain[], ring: Ring, drawn: Set<number>): void {
  let chain: number[] = [];
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!];
    const key = edgeKey(a, b);
    if (drawn.has(key)) {
      chain = closed(chains, chain);
      continue;
    }
    drawn.add(key);
    if (chain.length === 0) chain.push(a);
    chain.push(b);
  }
  closed(chains, chain);
}

function closed(chains: Chain[], chain: readonly number[]): number[] {
  if (chain.length > 0) chains.push(chain);
  return [];
}
