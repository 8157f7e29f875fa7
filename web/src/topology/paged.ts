/** Lists as values: a changed copy shares all pages but those that were written to. */

const BITS = 8;
const PAGE = 1 << BITS;
const WITHIN = PAGE - 1;

export class Paged<T> {
  constructor(
    private readonly pages: readonly (readonly T[])[],
    readonly length: number,
  ) {}

  static of<T>(values: readonly T[]): Paged<T> {
    const pages: T[][] = [];
    for (let from = 0; from < values.length; from += PAGE) pages.push(values.slice(from, from + PAGE));
    return new Paged(pages, values.length);
  }

  /** The value at an index; undefined beyond the end. */
  get(index: number): T | undefined {
    return this.pages[index >> BITS]?.[index & WITHIN];
  }

  draft(): PagedDraft<T> {
    return new PagedDraft([...this.pages], this.length);
  }
}

/** A copy under work: a page is copied when it is first written to. */
export class PagedDraft<T> {
  private readonly own = new Set<number>();

  constructor(
    private readonly pages: (readonly T[])[],
    private count: number,
  ) {}

  get length(): number {
    return this.count;
  }

  get(index: number): T | undefined {
    return this.pages[index >> BITS]?.[index & WITHIN];
  }

  set(index: number, value: T): void {
    const page = index >> BITS;
    if (!this.own.has(page)) {
      this.pages[page] = [...(this.pages[page] ?? [])];
      this.own.add(page);
    }
    (this.pages[page] as T[])[index & WITHIN] = value;
    this.count = Math.max(this.count, index + 1);
  }

  /** Appends a value and tells its index. */
  push(value: T): number {
    this.set(this.count, value);
    return this.count - 1;
  }

  done(): Paged<T> {
    return new Paged(this.pages, this.count);
  }
}
