import { describe, expect, it } from "vitest";
import type { YearCounts } from "../../src/api/filings";
import { columnsFor } from "../../src/panel/office/yearbook";

const COUNTS = { filings: 1, recorded: 1, returned: 0, open: 0, withdrawn: 0, overdue: 0, late: 0 };
const MOVED = { moved_m2: 0, households_moved: 0, grids_begin: 4, grids_end: 5 };
const NONE: YearCounts = { ...COUNTS, ...MOVED, changes: { created: 0, recounted: 0 }, micro_changes: { created: 0 } };

describe("the columns of the year book", () => {
  it("are the same every year, but for recounts and micro-grids, which are rare", () => {
    const usual = columnsFor(NONE).map(({ key }) => key);
    expect(usual).toContain("of.book.created");
    expect(usual.filter((key) => /micro|recounted/.test(key))).toEqual([]);
    const some = columnsFor({ ...NONE, changes: { recounted: 7 }, micro_changes: { created: 2, recounted: 1 } });
    expect(some.filter(({ rare }) => rare).map(({ key }) => key)).toEqual(["of.book.recounted", "of.book.micro.created", "of.book.micro.recounted"]);
  });

  it("show what is counted", () => {
    const [recounted] = columnsFor({ ...NONE, changes: { recounted: 1234 } }).filter(({ key }) => key === "of.book.recounted");
    expect(recounted!.cell({ ...NONE, changes: { recounted: 1234 } })).toBe("1,234");
  });
});
