/** Words that the parts of the desk share. */
import type { DeskRow } from "../../api/desk";
import type { Meta, NamedCode } from "../../api/types";
import { left } from "../../desk/rows";
import { integer } from "../../i18n/format";
import { named, t, tOr } from "../../i18n/i18n";
import { shortName } from "../../model/names";
import { h, name } from "../dom";

const MINUTE_MS = 60_000;

/** A length of time in its largest unit: days from two on, hours, minutes. */
export function lasting(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  if (minutes >= 2 * 1440) return t("dk.days", { n: integer(Math.floor(minutes / 1440)) });
  if (minutes >= 60) return t("dk.hours", { n: integer(Math.floor(minutes / 60)) });
  return t("dk.minutes", { n: integer(minutes) });
}

export function dueText(row: { readonly due_at: string | null }, now: number): string | null {
  const rest = left(row, now);
  if (rest === null) return null;
  return rest < 0 ? t("dk.over", { time: lasting(-rest) }) : t("dk.left", { time: lasting(rest) });
}

export function agoText(ms: number): string {
  return ms < MINUTE_MS ? t("dk.justNow") : t("dk.ago", { time: lasting(ms) });
}

export const stateText = (state: string): string => tOr(`state.${state}`, state);

export const actionText = (action: string): string => tOr(`dk.act.${action}`, action);

export function matterText(code: string, meta: Meta): string {
  const found = meta.matters.find((one) => one.code === code);
  return found ? named(found) : code;
}

export function departmentText(code: string, departments: readonly NamedCode[]): string {
  const found = departments.find((one) => one.code === code);
  return found ? named(found) : code;
}

/** The village's name and the grid's last digits, or the whole code where the village is not known. */
export function gridText(row: Pick<DeskRow, "grid">, areas: ReadonlyMap<string, string>): Node {
  if (row.grid === null) return h("span", {}, t("dk.noGrid"));
  const village = areas.get(row.grid.slice(0, 12));
  return village ? h("span", {}, name(shortName(village)), ` ${row.grid.slice(12)}`) : h("span", {}, row.grid);
}
