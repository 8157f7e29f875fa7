import { describe, expect, it } from "vitest";
import { Problem } from "../../src/api/client";
import type { PublicGrid } from "../../src/api/publicGrid";
import { Finder, findingOf, type Finding, type Server, type Spot } from "../../src/grid/finder";
import { Saying } from "../../src/grid/saying";

const SPOT: Spot = { lon: 105.4, lat: 28.8, datum: "wgs84", accuracyM: 8 };
const CODE = "510502001001001";

function cardOf(code: string, asOf = "1", phone = "0830-1"): PublicGrid {
  return { grid: { code }, workers: [{ work_phone: phone }], as_of: asOf } as unknown as PublicGrid;
}

const serverOf = (answer: (code: string) => Promise<PublicGrid>): Server => ({ at: () => answer("spot"), of: answer });

describe("the finder", () => {
  it("shows the grid of a spot with the spot", async () => {
    const finder = new Finder(serverOf(async () => cardOf(CODE)));
    await finder.find({ spot: SPOT });
    expect(finder.finding.get()).toEqual({ kind: "grid", card: cardOf(CODE), spot: SPOT });
  });

  it("answers the newest question alone, whatever order the answers come in", async () => {
    const waiting = new Map<string, (card: PublicGrid) => void>();
    const finder = new Finder(serverOf((code) => new Promise((done) => waiting.set(code, done))));
    const [first, second] = [finder.find({ code: "1" }), finder.find({ code: "2" })];
    waiting.get("2")!(cardOf("2"));
    waiting.get("1")!(cardOf("1"));
    await Promise.all([first, second]);
    expect((finder.finding.get() as { card: PublicGrid }).card.grid.code).toBe("2");
  });

  it("shows again what has changed, and leaves a card alone that is the same at another instant", async () => {
    const cards = [cardOf(CODE, "1"), cardOf(CODE, "2"), cardOf(CODE, "3", "0830-2")];
    const finder = new Finder(serverOf(async () => cards.shift()!));
    const shown: string[] = [];
    finder.finding.subscribe((finding: Finding) => shown.push(finding.kind === "grid" ? finding.card.as_of : finding.kind));
    await finder.find({ code: CODE });
    await finder.again();
    await finder.again();
    expect(shown.filter((each) => each !== "none")).toEqual(["working", "1", "3"]);
  });

  it("asks the same question once more after a failure", async () => {
    let failures = 1;
    const finder = new Finder(
      serverOf(async () => {
        if (failures-- > 0) throw new Problem("network", 0, "");
        return cardOf(CODE);
      }),
    );
    await finder.find({ spot: SPOT });
    expect(finder.finding.get().kind).toBe("failed");
    await finder.again();
    expect(finder.finding.get().kind).toBe("grid");
  });

  it("says why there is no grid", () => {
    const nearest = { code: CODE, name: "第一网格", distance_m: 412 };
    const why = (code: string, details: Record<string, unknown>, question: Parameters<typeof findingOf>[1]): Finding => findingOf(new Problem(code, 404, "", details), question);
    expect(why("no_grid_here", { nearest }, { spot: SPOT })).toEqual({ kind: "outside", spot: SPOT, nearest });
    expect(why("no_grid_here", { nearest: "x" }, { spot: SPOT })).toEqual({ kind: "outside", spot: SPOT, nearest: null });
    expect(why("grid_retired", { successors: [CODE, 7] }, { code: "1" })).toEqual({ kind: "retired", code: "1", successors: [CODE] });
    expect(why("unknown_unit", {}, { code: "1" })).toEqual({ kind: "unknown", code: "1" });
    expect(why("internal_error", {}, { code: "1" }).kind).toBe("failed");
  });
});

describe("a complaint on its way", () => {
  const word = { grid_code: CODE, kind: "complaint", text: "没有来", contact: null } as const;

  it("goes out under one key until an answer arrives, and other words under another", async () => {
    const keys: string[] = [];
    let failures = 2;
    const saying = new Saying(async (_, key) => {
      keys.push(key);
      if (failures-- > 0) throw new Problem("network", 0, "");
      return { no: "1", token: "2" };
    });
    await expect(saying.say(word)).rejects.toThrow();
    await expect(saying.say(word)).rejects.toThrow();
    await saying.say(word);
    await saying.say(word);
    await saying.say({ ...word, kind: "praise" });
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(new Set(keys).size).toBe(3);
    expect(keys[0]!.length).toBeGreaterThanOrEqual(16);
  });
});
