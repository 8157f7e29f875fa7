/** Reference lines cut into short runs with a box each: a pointer move looks at a few of a hundred thousand segments only. */
import type { Point } from "../../topology";
import type { ReferenceLine } from "../../workbench/store";
import { joined, type LatticeBox } from "./camera";

const RUN = 32;

export interface LineRun {
  readonly kind: string;
  readonly points: readonly Point[];
  readonly box: LatticeBox;
}

export function runsOf(lines: readonly ReferenceLine[]): LineRun[] {
  return lines.flatMap(({ kind, points }) => {
    const runs: LineRun[] = [];
    for (let i = 0; i + 1 < points.length; i += RUN) runs.push(runOf(kind, points.slice(i, i + RUN + 1)));
    return runs;
  });
}

function runOf(kind: string, points: readonly Point[]): LineRun {
  const box = points.reduce<LatticeBox | null>((found, [x, y]) => joined(found, [x, y, x, y]), null);
  return { kind, points, box: box! };
}

export function meets(a: LatticeBox, b: LatticeBox): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

export function runsIn(runs: readonly LineRun[], box: LatticeBox): LineRun[] {
  return runs.filter((run) => meets(run.box, box));
}
