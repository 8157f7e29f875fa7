import { describe, expect, it } from "vitest";
import { FIRST, readAddress, writeAddress, type Address } from "../../src/office/address";

describe("the address of the office page", () => {
  it("comes back as it was written", () => {
    const full: Address = { tab: "yearbook", filing: "BA510504-2026-0003", lane: "returned", county: "510504", year: "2025", at: "2026-05-01" };
    expect(readAddress(writeAddress(full))).toEqual(full);
    expect(writeAddress(FIRST)).toBe("");
    expect(readAddress("")).toEqual(FIRST);
  });

  it("leaves out what goes without saying", () => {
    expect(writeAddress({ ...FIRST, filing: "BA510504-2026-0003" })).toBe("#filing=BA510504-2026-0003");
  });

  it.each(["#tab=admin", "#filing=BA1-2-3", "#filing=<b>", "#at=2026-13-45", "#county=51", "#year=20x6", "#lane=__proto__"])("takes %s for nothing", (hash) => {
    expect(readAddress(hash)).toEqual(FIRST);
  });
});
