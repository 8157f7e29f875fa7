/** Units of one level made one. */
import { edgesOf, outlineOf, turned } from "./edges";
import { landOf, type Land } from "./land";
import { done, editable, parentOfAll, place } from "./levels";
import { textOf } from "./positions";
import { outcome, refuse } from "./refusals";
import { partsOf } from "./rings";
import type { Command, Coverage, Done, Outcome, Unit } from "./types";

/** Merges neighbours into one of them, whose id stays. */
export function merge(c: Coverage, units: readonly string[], into: string, _position: number): Outcome {
  return outcome(() => performMerge(landOf(c), { op: "merge", units: [...units], into }));
}

export function performMerge(land: Land, command: Command): Done {
  const ids = command["units"];
  if (!Array.isArray(ids)) return refuse("bad_command");
  const units = [...new Set(ids as string[])].sort().map((id) => editable(land, id));
  if (units.length < 2) refuse("too_few_faces", units.map(({ id }) => id));
  requireSiblings(land, units);
  const into = textOf(command, "into");
  const heir = units.find(({ id }) => id === into) ?? refuse("bad_command", [into]);
  requireTogether(units);
  const draft = land.draft();
  const parts = partsOf(outlineOf(units.flatMap(edgesOf)), (vertex) => draft.position(vertex));
  const sum = (of: "households" | "population" | "openIncidents"): number | null =>
    units.map((unit) => unit[of]).reduce((a, b) => (a === null || b === null ? null : a + b));
  const counts = { households: sum("households"), population: sum("population"), openIncidents: sum("openIncidents") };
  place(draft, units, [{ ...heir, parts, ...counts, estimated: units.some((unit) => unit.estimated) }]);
  return done(draft, command, into);
}

function requireSiblings(land: Land, units: readonly Unit[]): void {
  if (new Set(units.map((unit) => unit.level)).size > 1) refuse("not_siblings", units.map(({ id }) => id));
  parentOfAll(land, units);
}

/** Refuses units that are not reached from the first along common edges. */
function requireTogether(units: readonly Unit[]): void {
  const owner = new Map(units.flatMap((unit) => edgesOf(unit).map((each) => [each, unit] as const)));
  const [reached, waiting] = [new Set([units[0]!]), [units[0]!]];
  for (let unit = waiting.pop(); unit !== undefined; unit = waiting.pop()) {
    for (const each of edgesOf(unit)) {
      const beside = owner.get(turned(each));
      if (beside === undefined || reached.has(beside)) continue;
      reached.add(beside);
      waiting.push(beside);
    }
  }
  const apart = units.filter((unit) => !reached.has(unit));
  if (apart.length > 0) refuse("not_adjacent", apart.map(({ id }) => id));
}
