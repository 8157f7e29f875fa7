/** Names, kinds and counts: what a unit is called, without its land. */
import { parentOfId } from "./ids";
import { landOf, type Draft, type Land } from "./land";
import { done, known } from "./levels";
import { textOf } from "./positions";
import { outcome, refuse } from "./refusals";
import type { Command, Coverage, Done, Level, Outcome, Unit } from "./types";

const LONGEST = 100;
const MOST = 2 ** 31;
/** Characters that cannot be seen and change how others are read. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
const KINDS: Readonly<Partial<Record<Level, readonly string[]>>> = {
  grid: ["comprehensive", "exclusive"],
  micro_grid: ["micro", "remainder"],
};

/** Carries out rename, convert, count_households or count_population. */
export function label(c: Coverage, command: Command, _position: number): Outcome {
  return outcome(() => performLabel(landOf(c), command));
}

export const LABELS: ReadonlySet<string> = new Set(["rename", "convert", "count_households", "count_population"]);

export function performLabel(land: Land, command: Command): Done {
  const unit = known(land, textOf(command, "unit"));
  if (unit.locked) refuse("out_of_scope", [unit.id]);
  const draft = land.draft();
  if (command.op === "rename") draft.put({ ...unit, name: nameOf(command["name"]) });
  else if (command.op === "convert") draft.put({ ...unit, kind: kindOf(unit.level, command["kind"]) });
  else if (command.op === "count_households") count(draft, unit, "households", command["households"]);
  else if (command.op === "count_population") count(draft, unit, "population", command["population"]);
  else refuse("bad_command", [unit.id]);
  return done(draft, command, unit.id);
}

/** Counting a micro-grid anew counts its grid anew. */
function count(draft: Draft, unit: Unit, of: "households" | "population", value: unknown): void {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= MOST) return refuse("bad_command", [unit.id]);
  draft.put({ ...unit, [of]: value, estimated: false });
  const above = unit.level === "micro_grid" ? draft.get(parentOfId(unit.id) ?? "") : undefined;
  const [whole, part] = [above?.[of] ?? null, unit[of]];
  if (above !== undefined && whole !== null && part !== null) draft.put({ ...above, [of]: Math.max(whole + value - part, 0) });
}

/** A name as it is stored: in composed form, without blanks around it. */
export function nameOf(value: unknown): string {
  const name = typeof value === "string" ? value.normalize("NFC").trim() : "";
  return name === "" || [...name].length > LONGEST || UNSEEN.test(name) ? refuse("bad_command") : name;
}

export function kindOf(level: Level, value: unknown): string | null {
  const kinds = KINDS[level] ?? [null];
  return (kinds as readonly unknown[]).includes(value) ? (value as string | null) : refuse("wrong_kind");
}
