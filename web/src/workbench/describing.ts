/** Commands in words, with units by their names. */
import type { StoredCommand } from "../api/changeSets";
import { integer, length } from "../i18n/format";
import { isKey, t, tOr, type Values } from "../i18n/i18n";
import type { Coverage } from "../topology";
import type { Work } from "./history";

export type Namer = (id: string) => string;

/** A unit's name where any of the lands knows it, the first of them first; else its code. */
export function namer(...lands: readonly (Coverage | null | undefined)[]): Namer {
  return (id) => {
    for (const land of lands) {
      const unit = land?.units.get(id);
      if (unit) return unit.name;
    }
    return id;
  };
}

/** The names that hold around one command: as it found them, as they are today, as it left them. */
export function namerAt(work: Work, position: number, today: Coverage | null): Namer {
  return namer(work.states[position - 1], today, work.states[position], work.states[work.commands.length]);
}

const listed = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export function inWords(command: StoredCommand, nameOf: Namer): string {
  // After a reload only the last land is known: a unit that began in this set then has its new name already.
  const named = command.op === "rename" && nameOf(textOf(command["unit"])) === textOf(command["name"]);
  const key = named ? "command.named" : `command.${command.op}`;
  return isKey(key) ? t(key, valuesOf(command, nameOf)) : command.op;
}

function valuesOf(command: StoredCommand, nameOf: Namer): Values {
  const units = listed(command["units"]);
  const unit = textOf(command["unit"]) || textOf(command["parent"]) || textOf(command["to"]) || textOf(command["into"]) || (units[0] ?? "");
  return {
    unit: nameOf(unit),
    units: units.map(nameOf).join(t("list.separator")),
    other: nameOf(units[1] ?? ""),
    name: textOf(command["name"]),
    kind: tOr(`kind.${textOf(command["kind"])}`, textOf(command["kind"])),
    n: countOf(command),
    length: length(distanceM(command["at"], command["to"])),
  };
}

function countOf(command: StoredCommand): string {
  const counts = [command["households"], command["population"], command["parts"]];
  const count = counts.find((one) => typeof one === "number");
  return integer(typeof count === "number" ? count : Array.isArray(command["faces"]) ? command["faces"].length : 0);
}

/** Of a moved vertex, near enough for words. */
function distanceM(from: unknown, to: unknown): number {
  if (!isPosition(from) || !isPosition(to)) return 0;
  const east = (to[0] - from[0]) * Math.cos((from[1] * Math.PI) / 180);
  return Math.hypot(east, to[1] - from[1]) * METRES_PER_DEGREE;
}

const METRES_PER_DEGREE = 111_320;

function isPosition(value: unknown): value is [number, number] {
  return Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number";
}

/** The units that a command names, to fly to. */
export function unitsOf(command: StoredCommand): readonly string[] {
  const one = [command["unit"], command["to"], command["into"]].filter((id): id is string => typeof id === "string");
  const found = [...new Set([...one, ...listed(command["units"])])];
  return found.length > 0 ? found : [textOf(command["parent"])].filter((id) => id !== "");
}
