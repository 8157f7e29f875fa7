import { describe, expect, it } from "vitest";
import { FormKeeper } from "../../src/panel/desk/formKeeper";

class Paper {
  words = "";
  isBegun = (): boolean => this.words !== "";
}

describe("the form of a new report", () => {
  it("comes back as it was left, and not at all where nothing was begun", () => {
    const keeper = new FormKeeper<Paper>();
    const empty = keeper.open("zhao", () => new Paper());
    expect(keeper.leave()).toBe(false);
    expect([keeper.shown, keeper.isAside]).toEqual([null, false]);
    const begun = keeper.open("zhao", () => new Paper());
    expect(begun).not.toBe(empty);
    begun.words = "pit";
    expect(keeper.leave()).toBe(true);
    expect([keeper.shown, keeper.isAside]).toEqual([null, true]);
    expect(keeper.leave()).toBe(false); // it is told once
    expect(keeper.open("zhao", () => new Paper())).toBe(begun);
    expect([keeper.shown, keeper.isAside]).toEqual([begun, false]);
  });

  it("stays while nobody is signed in, and is another's where somebody else signs in", () => {
    const keeper = new FormKeeper<Paper>();
    expect(keeper.isOfAnother("qian")).toBe(false);
    keeper.open("zhao", () => new Paper()).words = "pit";
    expect([null, "zhao", "qian"].map((one) => keeper.isOfAnother(one))).toEqual([false, false, true]);
    keeper.drop();
    expect(keeper.isOfAnother("qian")).toBe(false);
  });

  it("is not dropped by the answer to one that was discarded before", () => {
    const keeper = new FormKeeper<Paper>();
    const sent = keeper.open("zhao", () => new Paper());
    keeper.drop();
    const begun = keeper.open("zhao", () => new Paper());
    keeper.drop(sent);
    expect(keeper.shown).toBe(begun);
    keeper.drop(begun);
    expect(keeper.shown).toBeNull();
  });
});
