/** Days worth showing of a year: those that are not worked from Monday to Friday, and those of which the city has said something. */
import type { CalendarDay } from "../api/codeTables";

export function isUnusual({ day, is_workday, set_by_city }: CalendarDay): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return set_by_city !== null || is_workday !== (weekday !== 0 && weekday !== 6);
}
