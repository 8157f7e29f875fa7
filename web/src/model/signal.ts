/** A value that tells its readers when it changes. */
export interface Signal<T> {
  get(): T;
  set(value: T): void;
  /** Calls `reader` at every change (not at once) and returns a function that stops it. */
  subscribe(reader: (value: T) => void): () => void;
}

export function signal<T>(initial: T): Signal<T> {
  let value = initial;
  const readers = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const reader of [...readers]) reader(next);
    },
    subscribe(reader) {
      readers.add(reader);
      return () => readers.delete(reader);
    },
  };
}
