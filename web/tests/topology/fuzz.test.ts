import { describe, expect, it } from "vitest";
import { childrenOf, open, type Coverage } from "../../src/topology";
import { answerOf, landOfBoard, type Board } from "./coverages";
import { gesture, pick, random } from "./gestures";
import { faultsOf, fingerprint, isSameButForNodes, uncancelled } from "./whole";

/** A node bends an edge by under a unit, and the pieces can be bent again. */
const BENDS = 6;
/** More of them run with the heavy tests. */
const WALKS = Number(process.env["WANGGE_FUZZ_WALKS"] ?? 16);
const STEPS = 250;

function boardOf(seed: number): Board {
  const rng = random(seed);
  return {
    seed,
    side: pick([5, 7, 9], rng),
    step: pick([12, 1000, 20_000], rng),
    grids: pick([2, 4, 6], rng),
    microGrids: pick([1, 3], rng),
    stray: pick([0, 0.1, 0.4], rng),
  };
}

/** Faults in the units that an action has touched, and in those they lie in. */
function faults(before: Coverage, after: Coverage, touched: readonly string[]): string[] {
  const units = touched.flatMap((id) => after.units.get(id) ?? []);
  const parents = new Set(touched.flatMap((id) => [id, (after.units.get(id) ?? before.units.get(id))?.parent ?? id]));
  const divided = [...parents].flatMap((id) => after.units.get(id) ?? []).filter(({ id }) => childrenOf(after, id).length > 0);
  return [
    ...units.flatMap((unit) => faultsOf(after, unit).map((fault) => `${unit.id}: ${fault}`)),
    ...divided.flatMap((unit) => uncancelled(after, unit).map((edge) => `${unit.id}: ${edge}`)),
  ];
}

describe("any gestures, one after the other", () => {
  for (let seed = 1; seed <= WALKS; seed++) {
    it(`leave the land whole (${seed})`, { timeout: 60_000 }, () => {
      const rng = random(seed);
      const start = open(landOfBoard(boardOf(seed)));
      const fixed = [...start.units.values()].filter((unit) => unit.locked || unit.id === start.scope).map(({ id }) => id);
      let [land, position] = [start, 1];
      for (let step = 0; step < STEPS; step++) {
        const before = step % 25 === 0 ? fingerprint(land) : null;
        const outcome = gesture(land, position, rng)!.act();
        if (before !== null) expect(fingerprint(land)).toBe(before);
        if (!outcome.ok) continue;
        expect(faults(land, outcome.coverage, outcome.touched)).toEqual([]);
        const touched = new Set(outcome.touched);
        for (const unit of land.units.values()) if (!touched.has(unit.id)) expect(outcome.coverage.units.get(unit.id)).toBe(unit);
        const isPending = outcome.touched.some((id) => outcome.coverage.units.get(id)?.pending);
        [land, position] = [isPending ? open(answerOf(outcome.coverage)) : outcome.coverage, position + 1];
      }
      const [was, is] = [start, land].map((c) => (vertex: number) => c.position(vertex)) as [Coverage["position"], Coverage["position"]];
      expect(fixed.filter((id) => !isSameButForNodes(start.units.get(id)!.parts, was, land.units.get(id)!.parts, is, BENDS))).toEqual([]);
      expect([...land.units.values()].flatMap((unit) => faultsOf(land, unit))).toEqual([]);
    });
  }
});
