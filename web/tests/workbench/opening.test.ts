import { describe, expect, it } from "vitest";
import type { ChangeSet, StoredCommand } from "../../src/api/changeSets";
import { landNow } from "../../src/workbench/history";
import type { Entry } from "../../src/workbench/journal";
import { beginning, instantBefore, type Lands } from "../../src/workbench/opening";
import { caughtUp, replayed } from "../../src/workbench/replaying";
import { readAddress, writeAddress, type Address } from "../../src/workbench/address";
import { A, B, land, VILLAGE } from "../editor/place";

const rename = (unit: string, name: string): StoredCommand => ({ op: "rename", unit, name });
const lands: Lands = { today: land(), changed: null, broken: null, bbox: [105, 28, 106, 29], scope: VILLAGE };
const set = (commands: readonly StoredCommand[]): ChangeSet => ({ id: 7, revision: 3, state: "draft", commands }) as unknown as ChangeSet;
const entry = (known: readonly StoredCommand[], wanted: readonly StoredCommand[], more: Partial<Entry> = {}): Entry => ({
  account: "li.ming",
  changeSet: 7,
  revision: 3,
  known,
  wanted,
  redo: [],
  attempts: [],
  at: 0,
  ...more,
});
const name = (begin: ReturnType<typeof beginning>, unit: string): string | undefined => landNow(begin.work)?.units.get(unit)?.name;

describe("opening a change set", () => {
  const [one, two, other] = [rename(A, "一"), rename(B, "二"), rename(A, "他")];

  it("shows what the server holds", () => {
    expect(name(beginning(lands, set([one]), null), A)).toBe("一");
  });

  it("puts what had not been sent on top of it, with what can be done again", () => {
    const begin = beginning(lands, set([one]), entry([one], [one, two], { redo: [other] }));
    expect([name(begin, A), name(begin, B), begin.restored]).toEqual(["一", "二", 1]);
    expect(begin.work.redo.map(({ command }) => command)).toEqual([other]);
  });

  it("knows its own work when the answer was lost in a crash", () => {
    const begin = beginning(lands, set([one, two]), entry([], [], { attempts: [[one, two]] }));
    expect(begin).toMatchObject({ wanted: [], restored: 0, conflict: null });
  });

  it("shows theirs and asks, when somebody else came in between", () => {
    const left = entry([one], [one, two]);
    const begin = beginning(lands, set([other]), left);
    expect([name(begin, A), begin.conflict]).toEqual(["他", left]);
  });

  it("asks nothing when there was no work of one's own", () => {
    expect(beginning(lands, set([other]), entry([one], [one])).conflict).toBeNull();
  });
});

describe("a command that the page cannot carry out", () => {
  it("leaves the land to the server", () => {
    expect(replayed(land(), [{ op: "dissolve", unit: VILLAGE }], 0)).toBeNull();
  });

  it("is caught up from the last land that is known", () => {
    const work = { commands: [rename(A, "一"), rename(B, "二")], states: [land(), null, null], redo: [] };
    expect(landNow(caughtUp(work))?.units.get(B)?.name).toBe("二");
  });
});

describe("what is in force", () => {
  it("is compared with the map a second before it, everything else with that of now", () => {
    expect(instantBefore({ state: "in_force", effective_at: "2026-12-01T00:00:00+08:00" })).toBe("2026-11-30T15:59:59.000Z");
    expect(instantBefore({ state: "county_decided", effective_at: "2026-12-01T00:00:00+08:00" })).toBeNull();
    expect(instantBefore({ state: "draft", effective_at: null })).toBeNull();
  });
});

describe("the address", () => {
  it.each<Address>([
    { set: 7, place: { kind: "unit", code: VILLAGE }, at: null },
    { set: null, place: { kind: "box", box: [105.44, 28.94, 105.45, 28.95] }, at: null },
    { set: null, place: { kind: "unit", code: VILLAGE }, at: "2026-05-01" },
    { set: null, place: null, at: null },
  ])("comes back as it was written: %j", (address) => {
    expect(readAddress(writeAddress(address))).toEqual(address);
  });

  it.each([
    "#set=0",
    "#set=x",
    "#place=abc",
    "#place=51050200100100101",
    "#box=1,2,3",
    "#box=2,2,1,1",
    "#box=a,b,c,d",
    "#at=yesterday",
    "#<b>",
  ])("of “%s” is nowhere", (hash) => {
    expect(readAddress(hash)).toEqual({ set: null, place: null, at: null });
  });
});
