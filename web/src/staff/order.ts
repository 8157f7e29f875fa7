/** Rows in the order of a column: names as Chinese readers sort them, what has no value last, ties by the key. */
export type Value = string | number | null;

export interface Sorting {
  readonly column: string;
  readonly falling: boolean;
}

/** The same column turns round, another one begins with its lowest. */
export function nextSorting(now: Sorting | null, column: string): Sorting {
  return { column, falling: now?.column === column && !now.falling };
}

const chinese = new Intl.Collator("zh-CN", { numeric: true });

function compare(one: NonNullable<Value>, other: NonNullable<Value>): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return chinese.compare(String(one), String(other));
}

export function sorted<Row>(rows: readonly Row[], value: (row: Row) => Value, falling: boolean): Row[] {
  const known = rows.filter((row) => value(row) !== null);
  const unknown = rows.filter((row) => value(row) === null);
  const way = falling ? -1 : 1;
  return [...known.sort((one, other) => way * compare(value(one)!, value(other)!)), ...unknown];
}
