/** Random coverages, as the server would tell them: squares of a bent board given to villages, grids and micro-grids. */
import type { Coverage, LandAnswer, LandUnit, Level, Part, Point } from "../../src/topology";
import { edgesOfRing, outlineOf } from "../../src/topology/edges";
import { partsOf } from "../../src/topology/rings";
import { pick, random, type Random } from "./gestures";

export const ORIGIN: Point = [1054000000, 288000000];
export const SCOPE = "510502001001";
const BEYOND = "510502001002";

export interface Board {
  readonly seed: number;
  /** Squares along a side; those at the rim are the neighbours. */
  readonly side: number;
  /** Units between the nodes of the board. */
  readonly step: number;
  readonly grids: number;
  readonly microGrids: number;
  /** How often a square goes to any unit at all, so that there are enclaves and parts. */
  readonly stray: number;
}

/**
 *     n n n n n      n: locked neighbours, each square one
 *     n 1 1 2 n      1, 2, …: grids of the village, some of them divided into micro-grids
 *     n 1 2 2 n
 *     n n n n n
 */
export function landOfBoard(board: Board): LandAnswer {
  const rng = random(board.seed);
  const points = nodesOf(board, rng);
  const position = (vertex: number): Point => points[vertex]!;
  const inner = squaresOf(board).filter(({ rim }) => !rim);
  const together = (squares: readonly Square[]): Part[] =>
    partsOf(outlineOf(squares.flatMap(({ ring }) => edgesOfRing(ring))), position);
  const units: LandUnit[] = [told(SCOPE, "village", null, together(inner), { divided: true })];
  shared(inner, board.grids, board, rng).forEach((squares, g) => {
    const grid = `${SCOPE}${String(g + 1).padStart(3, "0")}`;
    const below = rng() < 0.6 && board.microGrids > 1 ? shared(squares, board.microGrids, board, rng) : [];
    units.push(told(grid, "grid", SCOPE, together(squares), { divided: below.length > 0 }));
    below.forEach((own, m) => units.push(told(`${grid}${String(m + 1).padStart(2, "0")}`, "micro_grid", grid, together(own), {})));
  });
  squaresOf(board)
    .filter(({ rim }) => rim)
    .map((square, i) => told(`${BEYOND}${String(i + 1).padStart(3, "0")}`, "grid", BEYOND, together([square]), { locked: true }))
    .forEach((unit) => units.push(unit));
  return { ...EMPTY, vertices: points.flat(), units };
}

const EMPTY = {
  at: "2026-01-01T00:00:00+08:00",
  change_set: null,
  revision: null,
  commands: null,
  scope: SCOPE,
  bbox: [105.4, 28.8, 105.5, 28.9],
  synthetic: true,
} as const;

function told(id: string, level: Level, parent: string | null, rings: readonly Part[], more: Partial<LandUnit>): LandUnit {
  const kind = level === "grid" ? "comprehensive" : level === "micro_grid" ? "micro" : null;
  const usual = { households: 40, population: 100, divided: false, locked: false, open_incidents: 0 };
  return { id, level, parent, name: `单元${id}`, kind, ...usual, ...more, rings };
}

interface Square {
  readonly ring: readonly number[];
  readonly at: Point;
  readonly rim: boolean;
}

function nodesOf({ side, step }: Board, rng: Random): Point[] {
  const bent = (): number => Math.round((rng() - 0.5) * 0.5 * step);
  return Array.from({ length: (side + 1) ** 2 }, (_, k): Point => {
    const [i, j] = [k % (side + 1), Math.floor(k / (side + 1))];
    return [ORIGIN[0] + i * step + bent(), ORIGIN[1] + j * step + bent()];
  });
}

function squaresOf({ side }: Board): Square[] {
  const node = (i: number, j: number): number => j * (side + 1) + i;
  return Array.from({ length: side ** 2 }, (_, k) => {
    const [i, j] = [k % side, Math.floor(k / side)];
    const rim = i === 0 || j === 0 || i === side - 1 || j === side - 1;
    return { ring: [node(i, j), node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)], at: [i, j], rim };
  });
}

/** Squares by the nearest of some seeds, and some by chance. */
function shared(squares: readonly Square[], count: number, { stray }: Board, rng: Random): Square[][] {
  const seeds = Array.from({ length: count }, () => pick(squares, rng).at);
  const away = (at: Point, k: number): number => Math.hypot(at[0] - seeds[k]![0], at[1] - seeds[k]![1]);
  const nearest = (at: Point): number => seeds.reduce((best, _, k) => (away(at, k) < away(at, best) ? k : best), 0);
  const found = seeds.map((): Square[] => []);
  for (const square of squares) found[rng() < stray ? Math.floor(rng() * count) : nearest(square.at)]!.push(square);
  return found.filter((own) => own.length > 0);
}


/** What the server would tell of a coverage, had it dissolved the units whose lower units are not known. */
export function answerOf(c: Coverage): LandAnswer {
  const [numbers, vertices] = [new Map<number, number>(), [] as number[]];
  const numberOf = (vertex: number): number => {
    if (!numbers.has(vertex)) vertices.push(...c.position(vertex));
    return numbers.get(vertex) ?? numbers.set(vertex, numbers.size).get(vertex)!;
  };
  const units = [...c.units.values()].map(({ parts, openIncidents, pending, estimated: _, divided, ...unit }) => {
    const rings = parts.map((part) => part.map((ring) => ring.map(numberOf)));
    return { ...unit, divided: divided && !pending, open_incidents: openIncidents, rings };
  });
  return { ...EMPTY, scope: c.scope, vertices, units };
}
