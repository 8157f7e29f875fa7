/** The order of the rows: by code, or by an indicator with what has no value last. */
import type { IndicatorRow } from "../api/indicators";

export interface Order {
  /** Null is the order of the server, by code. */
  readonly indicator: string | null;
  readonly falling: boolean;
}

export const BY_CODE: Order = { indicator: null, falling: false };

/** First the lowest values, then the highest, then by code again. */
export function nextOrder(order: Order, indicator: string): Order {
  if (order.indicator !== indicator) return { indicator, falling: false };
  return order.falling ? BY_CODE : { indicator, falling: true };
}

export function ordered(rows: readonly IndicatorRow[], { indicator, falling }: Order): readonly IndicatorRow[] {
  if (indicator === null) return rows;
  const value = (row: IndicatorRow): number | null => row.values[indicator]?.value ?? null;
  const known = rows.filter((row) => value(row) !== null);
  const unknown = rows.filter((row) => value(row) === null);
  return [...known.sort((one, other) => (value(one)! - value(other)!) * (falling ? -1 : 1)), ...unknown];
}
