/** Transfer, carve and draw: what becomes of land that was drawn as a polygon. */
import { below, newId } from "./ids";
import { edgesOf, edgesOfParts, outlineOf } from "./edges";
import { landOf, overlap, type Draft, type Land } from "./land";
import { boxOfLines, type Line } from "./drawing";
import { divided, done, known, place, settledUnit } from "./levels";
import { kindOf, nameOf } from "./labels";
import { areaOfParts, sharedOut } from "./measures";
import { ringsOf, nodesOf, textOf } from "./positions";
import { outcome, refuse } from "./refusals";
import { partsOf } from "./rings";
import { plannedTaking, strangers, take, usedUp, type Taken } from "./taking";
import type { Command, Coverage, Done, Outcome, Part, Point, Unit } from "./types";

/** Gives the land in a polygon to a unit that touches it. */
export function transfer(c: Coverage, polygon: readonly Point[], to: string, position: number): Outcome {
  return outcome(() => {
    const land = landOf(c);
    const owners = siblings(land, settledUnit(land, to).parent!).filter(({ id, locked }) => id !== to && !locked);
    return performTransfer(land, { op: "transfer", to, ...plannedTaking(land, polygon, owners) }, position);
  });
}

export function performTransfer(land: Land, command: Command, _position: number): Done {
  const heir = settledUnit(land, textOf(command, "to"));
  const draft = land.draft();
  const rings = ringsOf(command["piece"]);
  const taken = take(draft, near(land, heir.parent!, rings, heir), [heir], rings, nodesOf(command));
  if (usedUp(taken).length > 0) refuse("face_used_up", usedUp(taken));
  const now = draft.get(heir.id)!;
  const [stranger] = strangers(taken, now);
  if (stranger !== undefined) refuse("not_adjacent", [heir.id], draft.position(stranger[0]![0]!));
  const { losers, gained } = counted(draft, taken);
  const parts = partsOf(outlineOf([...edgesOf(now), ...edgesOfParts(taken.land)]), (vertex) => draft.position(vertex));
  const add = (one: number | null, more: number | null): number | null => (one === null || more === null ? null : one + more);
  const counts = { households: add(now.households, gained.households), population: add(now.population, gained.population) };
  place(draft, [...losers, now], [...losers, { ...now, parts, ...counts, estimated: true }]);
  return done(draft, command, heir.id);
}

/** Makes a new unit of the land of others in a polygon; units of which nothing is left are gone. */
export function draw(c: Coverage, parent: string, polygon: readonly Point[], name: string, position: number, kind?: string): Outcome {
  return drawn(c, { op: "draw", parent, name, ...(kind ? { kind } : {}) }, polygon, position);
}

/** Makes a new unit of land of others, none of which may vanish. */
export function carve(c: Coverage, parent: string, polygon: readonly Point[], name: string, position: number, kind?: string): Outcome {
  return drawn(c, { op: "carve", parent, name, ...(kind ? { kind } : {}) }, polygon, position);
}

function drawn(c: Coverage, asked: Command, polygon: readonly Point[], position: number): Outcome {
  return outcome(() => {
    const land = landOf(c);
    const owners = siblings(land, textOf(asked, "parent")).filter(({ locked }) => !locked);
    const { piece, ...nodes } = plannedTaking(land, polygon, owners);
    return performDrawn(land, { ...asked, polygon: piece, name: nameOf(asked["name"]), ...nodes }, position);
  });
}

export function performDrawn(land: Land, command: Command, position: number): Done {
  const parent = divided(land, textOf(command, "parent"));
  const model = newUnit(parent, command, position);
  const draft = land.draft();
  const rings = ringsOf(command["polygon"]);
  const taken = take(draft, near(land, parent.id, rings), [], rings, nodesOf(command));
  if (command.op === "carve" && usedUp(taken).length > 0) refuse("face_used_up", usedUp(taken));
  const { losers, gained } = counted(draft, taken);
  const old = losers.map(({ id }) => draft.get(id)!);
  place(draft, old, [...losers.filter(({ parts }) => parts.length > 0), { ...model, ...gained, parts: taken.land }]);
  return done(draft, command, model.id);
}

function newUnit(parent: Unit, command: Command, position: number): Unit {
  const level = below(parent.level)!;
  const usual = command.op === "carve" ? "exclusive" : "comprehensive";
  const kind = kindOf(level, command["kind"] ?? (level === "grid" ? usual : level === "micro_grid" ? "micro" : null));
  const counts = { households: null, population: null, openIncidents: null, estimated: true };
  const state = { divided: false, locked: false, pending: false };
  return { id: newId(parent.id, position, 1), level, parent: parent.id, name: nameOf(command["name"]), kind, ...counts, ...state, parts: [] };
}

function siblings(land: Land, parent: string): Unit[] {
  return land.children(divided(land, parent).id).map((id) => known(land, id));
}

function near(land: Land, parent: string, rings: readonly Line[], apartFrom?: Unit): Unit[] {
  const found = siblings(land, parent).filter((unit) => unit !== apartFrom && overlap(land.boxOf(unit), boxOfLines(rings)));
  return found.length > 0 ? found : refuse("nothing_to_take", [parent], rings[0]?.[0] ?? null);
}

interface Counted {
  readonly losers: readonly Unit[];
  readonly gained: { readonly households: number | null; readonly population: number | null };
}

/** The losers with what is left of their land and counts, and what goes with the land: shared out by area. */
function counted(draft: Draft, taken: Taken): Counted {
  const area = (parts: readonly Part[]): number => areaOfParts(parts, (vertex) => draft.position(vertex));
  const gained = { households: 0 as number | null, population: 0 as number | null };
  const losers = [...taken.left].map(([id, parts]) => {
    const unit = draft.get(id)!;
    const [left, whole] = [area(parts), area(unit.parts)];
    const counts = { households: unit.households, population: unit.population };
    for (const each of ["households", "population"] as const) {
      const [stay, go] = counts[each] === null ? [null, null] : sharedOut(counts[each], [left, Math.max(whole - left, 0)]);
      counts[each] = stay ?? null;
      gained[each] = gained[each] === null || go == null ? null : gained[each] + go;
    }
    return { ...unit, ...counts, parts, estimated: true };
  });
  return { losers, gained };
}

