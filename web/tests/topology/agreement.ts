/**
 * The page's side of tests/web/test_topology_agreement.py: reads one JSON object a line, answers one a line.
 *
 *   {"open": land, "seed": 7}   opens a land                                            → {}
 *   {"position": 3}             tries a random gesture as command 3                     → what came of it
 *   {"adopt": land}             takes the server's lower units in                       → {"differing": [ids]}
 *   {"measure": true}           measures all units                                      → {id: [m², m, compactness]}
 */
import { createInterface } from "node:readline";
import { adopt, agrees, areaM2, childrenOf, compactness, open, perimeterM, replay, type Coverage, type LandAnswer, type Unit } from "../../src/topology";
import { gesture, random, type Random } from "./gestures";

interface Asked {
  readonly open?: LandAnswer;
  readonly seed?: number;
  readonly position?: number;
  readonly adopt?: LandAnswer;
  readonly measure?: boolean;
}

let [coverage, rng]: [Coverage | null, Random] = [null, random(0)];

/** Directed edges as x0, y0, x1, y1. */
function edges(c: Coverage, unit: Unit): number[][] {
  return unit.parts.flat().flatMap((ring) => ring.map((a, i) => [...c.position(a), ...c.position(ring[(i + 1) % ring.length]!)]));
}

function told(c: Coverage, id: string): object | null {
  const unit = c.units.get(id);
  if (unit === undefined) return null;
  return { edges: edges(c, unit), pending: unit.pending, children: childrenOf(c, id).length, name: unit.name, kind: unit.kind };
}

function tried(c: Coverage, position: number): object {
  const made = gesture(c, position, rng);
  if (made === null) return { op: null };
  const outcome = made.act();
  if (!outcome.ok) return { op: made.op, wish: made.wish, refusal: outcome.refusal };
  coverage = outcome.coverage;
  const again = replay(c, [outcome.command], position);
  const differs = (id: string): boolean => JSON.stringify(told(again.coverage, id)) !== JSON.stringify(told(outcome.coverage, id));
  const differing = again.refused !== undefined || outcome.touched.some(differs);
  const units = Object.fromEntries(outcome.touched.map((id) => [id, told(outcome.coverage, id)]));
  return { op: made.op, wish: made.wish, command: outcome.command, units, again: !differing };
}

function measured(c: Coverage): object {
  return Object.fromEntries([...c.units.keys()].map((id) => [id, [areaM2(c, id), perimeterM(c, id), compactness(c, id)]]));
}

function answered(asked: Asked): object {
  if (asked.open !== undefined) {
    [coverage, rng] = [open(asked.open), random(asked.seed ?? 0)];
    return { differing: agrees(coverage, asked.open) };
  }
  if (asked.adopt !== undefined) {
    const differing = agrees(coverage!, asked.adopt);
    coverage = adopt(coverage!, asked.adopt);
    const lacking = asked.adopt.units.filter((unit) => !coverage!.units.has(unit.id)).map((unit) => unit.id);
    return { differing, lacking, pending: [...coverage.units.values()].filter((unit) => unit.pending).map((unit) => unit.id) };
  }
  return asked.measure ? measured(coverage!) : tried(coverage!, asked.position!);
}

createInterface({ input: process.stdin }).on("line", (text) => {
  process.stdout.write(`${JSON.stringify(answered(JSON.parse(text) as Asked))}\n`);
});
