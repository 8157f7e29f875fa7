import { describe, expect, it } from "vitest";
import { Problem } from "../../src/api/client";
import type { PrintJob } from "../../src/api/boards";
import { readAddress, writeAddress, type Address } from "../../src/staff/address";
import { follow } from "../../src/staff/printing";
import { placeFor, scopesOf, tabsOf } from "../../src/staff/tabs";

const NO_DAYS = { first: null, last: null };

describe("the address", () => {
  it("comes back as it was", () => {
    const figures: Address = { tab: "figures", place: "510504001", worker: null, range: { first: "2026-01-01", last: "2026-02-03" } };
    expect(readAddress(writeAddress(figures))).toEqual(figures);
    const one: Address = { tab: "workers", place: "510504001001", worker: 12, range: NO_DAYS };
    expect(readAddress(writeAddress(one))).toEqual(one);
    expect(writeAddress({ ...one, tab: "boards", place: "510504001" })).toBe("#tab=boards&place=510504001");
  });

  it("is the beginning where it says nothing that can be shown", () => {
    for (const hash of ["", "#", "#tab=<b>&place=51&worker=-3&first=yesterday", "#tab=&worker=1e9"]) {
      expect(readAddress(hash)).toEqual({ tab: null, place: "", worker: null, range: NO_DAYS });
    }
  });
});

describe("the tabs that somebody sees", () => {
  it("are those of the roles", () => {
    expect(tabsOf([])).toEqual([]);
    expect(tabsOf([{ role: "dispatcher", scope: "" }])).toEqual([]);
    expect(tabsOf([{ role: "county_officer", scope: "510504" }])).toEqual(["workers", "unstaffed", "figures", "boards", "words"]);
    expect(tabsOf([{ role: "worker", scope: "510504001001" }])).toEqual(["words"]);
    expect(tabsOf([{ role: "town_planner", scope: "510504001" }])).toEqual(["workers", "unstaffed", "figures", "boards"]);
  });

  it("begin at the widest places of the role that opens them", () => {
    const grants = [
      { role: "community", scope: "510504001001" },
      { role: "community", scope: "510504001" },
      { role: "city_office", scope: "" },
    ];
    expect(scopesOf(grants, "words")).toEqual([""]);
    expect(scopesOf(grants.slice(0, 2), "boards")).toEqual(["510504001"]);
  });

  it("stay within reach", () => {
    expect(placeFor("510504001002", ["510504001"])).toBe("510504001002");
    expect(placeFor("510502", ["510504001"])).toBe("510504001");
    expect(placeFor("", ["510504001"])).toBe("510504001");
    expect(placeFor("510502", [""])).toBe("510502");
  });
});

describe("a print job", () => {
  const job = (state: PrintJob["state"], done = 0): PrintJob => ({ id: 7, state, done, total: 3, file: state === "done" ? "/f.pdf" : null, error: null });

  /** A clock whose time is up when the test says so. */
  function followed(answers: readonly (PrintJob | Problem)[]) {
    const waiting: (() => void)[] = [];
    const told: string[] = [];
    const failures: unknown[] = [];
    let at = 0;
    const ask = async (): Promise<PrintJob> => {
      const answer = answers[at++]!;
      if (answer instanceof Problem) throw answer;
      return answer;
    };
    const clock = { now: () => 0, after: (_ms: number, act: () => void) => (waiting.push(act), () => void waiting.splice(waiting.indexOf(act), 1)) };
    const stop = follow(job("waiting"), { ask, clock, told: (now) => told.push(`${now.state} ${now.done}`), failed: (error) => failures.push(error) });
    const tick = async (): Promise<void> => {
      waiting.shift()?.();
      for (let i = 0; i < 5; i++) await Promise.resolve();
    };
    return { told, failures, waiting, stop, tick };
  }

  it("is told of until its file is there", async () => {
    const { told, tick, waiting } = followed([job("running", 1), job("running", 2), job("done", 3)]);
    for (let i = 0; i < 4; i++) await tick();
    expect(told).toEqual(["waiting 0", "running 1", "running 2", "done 3"]);
    expect(waiting).toEqual([]);
  });

  it("outlives a lost answer, but not a refusal", async () => {
    const lost = followed([new Problem("network", 0, ""), job("done", 3)]);
    await lost.tick();
    await lost.tick();
    expect(lost.told.at(-1)).toBe("done 3");
    const refused = followed([new Problem("unknown_job", 404, "")]);
    await refused.tick();
    expect(refused.failures).toHaveLength(1);
    expect(refused.waiting).toEqual([]);
  });

  it("is given up after some lost answers", async () => {
    const gone = followed(Array.from({ length: 9 }, () => new Problem("network", 0, "")));
    for (let i = 0; i < 9; i++) await gone.tick();
    expect(gone.failures).toHaveLength(1);
  });

  it("is not told of once it is stopped", async () => {
    const { told, stop, tick, waiting } = followed([job("done", 3)]);
    stop();
    await tick();
    expect([told, waiting]).toEqual([["waiting 0"], []]);
  });
});
