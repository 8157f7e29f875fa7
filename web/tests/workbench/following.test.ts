import { describe, expect, it } from "vitest";
import type { ChangeSet, Conflict } from "../../src/api/changeSets";
import { Problem } from "../../src/api/client";
import { areaM2, label, moveVertex, open, type LandAnswer } from "../../src/topology";
import { Follower } from "../../src/workbench/following";
import { begun, cutTo, landNow, undone } from "../../src/workbench/history";
import type { Message } from "../../src/workbench/messages";
import { Store } from "../../src/workbench/store";
import { A, answer, at, land } from "../editor/place";

const held = (store: Store, revision: number): ChangeSet =>
  ({ id: 7, revision, state: "draft", commands: store.commands().map((one) => JSON.parse(JSON.stringify(one))) }) as unknown as ChangeSet;

interface Bench {
  readonly store: Store;
  readonly follower: Follower;
  readonly told: Message[];
  readonly asked: number[];
  readonly cut: number[];
  readonly moved: number[];
  rest(): Promise<void>;
  conflicts: Conflict[];
  answers: (() => LandAnswer)[];
}

/** A village with a change set; the server's lands come from a list, and time passes at once. */
function bench(): Bench {
  const store = new Store();
  store.readOnly.set(null);
  store.put(begun(land()));
  const [told, asked, cut, moved, due] = [[] as Message[], [] as number[], [] as number[], [] as number[], [] as (() => void)[]];
  const clock = {
    now: () => 0,
    after: (_: number, act: () => void) => {
      due.push(act);
      return () => void due.splice(due.indexOf(act) >>> 0, 1);
    },
  };
  const found: Bench = {
    store,
    told,
    asked,
    cut,
    moved,
    answers: [],
    conflicts: [],
    async rest() {
      for (let k = 0; k < 8; k += 1) {
        due.splice(0).forEach((act) => act());
        for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      }
    },
    follower: new Follower(store, clock, {
      land: async (number) => {
        asked.push(number);
        return { conflicts: found.conflicts, ...found.answers.shift()!() };
      },
      tell: (message) => told.push(message),
      mapMoved: () => moved.push(1),
      takeBack: (position) => {
        cut.push(position);
        store.put(cutTo(store.work.get(), position - 1));
      },
      signedOut: () => told.push({ kind: "failed", error: "signed out" }),
    }),
  };
  return found;
}

/** The village's land with its middle vertex somewhere else, as the server would tell it after such a command. */
function withMiddle(east: number, north: number): LandAnswer {
  const told = answer();
  const vertices = [...told.vertices];
  vertices.splice(8, 2, ...at(east, north));
  return { ...told, vertices };
}

const moveMiddle = (store: Store, east: number, north: number): boolean =>
  store.act(moveVertex(store.coverage.get()!, middleOf(store), at(east, north), store.nextPosition()));

function middleOf(store: Store): number {
  const shell = store.coverage.get()!.units.get(A)!.parts[0]![0]!;
  return shell[2]!;
}

describe("the server's land after a save", () => {
  it("that is the page's changes nothing that is seen", async () => {
    const { store, follower, told, answers, rest } = bench();
    expect(moveMiddle(store, 1.2, 1.1)).toBe(true);
    const before = areaM2(store.coverage.get()!, A);
    answers.push(() => withMiddle(1.2, 1.1));
    follower.saved(held(store, 2));
    await rest();
    expect(told).toEqual([]);
    expect(areaM2(store.coverage.get()!, A)).toBe(before);
    expect(landNow(store.work.get())).toBe(store.coverage.get());
  });

  it("that differs is taken, and told of, and today's map is read anew", async () => {
    const { store, follower, told, moved, answers, rest } = bench();
    moveMiddle(store, 1.2, 1.1);
    answers.push(() => withMiddle(1.2, 1.3));
    follower.saved(held(store, 2));
    await rest();
    expect(told).toMatchObject([{ kind: "disagreed" }]);
    expect(moved.length).toBe(1);
    expect(areaM2(store.coverage.get()!, A)).toBe(areaM2(open(withMiddle(1.2, 1.3)), A));
  });

  it("that differs is told with those who decided on the units that differ, and no others", async () => {
    const { store, follower, told, answers, conflicts, rest } = bench();
    const decided = (change_set: number, unit: string): Conflict => ({ change_set, title: "", decided_by: "li", decided_at: null, units: [unit] });
    conflicts.push(decided(5, A), decided(6, "510504001001099"));
    moveMiddle(store, 1.2, 1.1);
    answers.push(() => withMiddle(1.2, 1.3));
    follower.saved(held(store, 2));
    await rest();
    expect(told).toMatchObject([{ kind: "disagreed", conflicts: [{ change_set: 5 }] }]);
  });

  it("is looked at again when the page comes back, and nothing is told while it is the same", async () => {
    const { store, follower, told, asked, answers, rest } = bench();
    moveMiddle(store, 1.2, 1.1);
    follower.start(1, 2);
    answers.push(
      () => withMiddle(1.2, 1.1),
      () => withMiddle(1.2, 1.3),
    );
    follower.saved(held(store, 2));
    await rest();
    expect(asked).toEqual([]);
    for (const count of [0, 1]) {
      follower.again(held(store, 2));
      await rest();
      expect(told.length).toBe(count);
    }
  });

  it("is not put in while something is dragged, but afterwards", async () => {
    const { store, follower, answers, rest } = bench();
    moveMiddle(store, 1.2, 1.1);
    answers.push(() => withMiddle(1.2, 1.3));
    const shown = store.coverage.get();
    store.preview.set(shown);
    follower.saved(held(store, 2));
    await rest();
    expect(store.coverage.get()).toBe(shown);
    store.preview.set(null);
    await rest();
    expect(store.coverage.get()).not.toBe(shown);
  });

  it("is of no use once the planner has gone on", async () => {
    const { store, follower, answers, told, rest } = bench();
    moveMiddle(store, 1.2, 1.1);
    answers.push(() => withMiddle(9, 9));
    follower.saved(held(store, 2));
    moveMiddle(store, 1.3, 1.2);
    const shown = store.coverage.get();
    await rest();
    expect(store.coverage.get()).toBe(shown);
    expect(told).toEqual([]);
  });

  it("is not asked for twice for one revision", async () => {
    const { store, follower, asked, answers, rest } = bench();
    moveMiddle(store, 1.2, 1.1);
    answers.push(() => withMiddle(1.2, 1.1));
    follower.saved(held(store, 2));
    await rest();
    follower.saved(held(store, 2));
    await rest();
    expect(asked).toEqual([7]);
  });

  it("fills in what the page could not work out", async () => {
    const { store, follower, answers, rest } = bench();
    store.work.set({ commands: [{ op: "dissolve", unit: A }], states: [land(), null], redo: [] });
    answers.push(() => withMiddle(1.2, 1.1));
    follower.saved(held(store, 2));
    await rest();
    expect(landNow(store.work.get())).not.toBeNull();
  });
});

describe("a command that the server cannot carry out", () => {
  const refusal = (command: number) => () => {
    throw new Problem("edit_breaks_coverage", 422, "Command: no.", { command });
  };

  it("is taken back with those after it, if the ones before it had worked", async () => {
    const { store, follower, cut, told, answers, rest } = bench();
    store.act(label(store.coverage.get()!, { op: "rename", unit: A, name: "一" }, 1));
    answers.push(() => ({ ...answer(), units: answer().units.map((unit) => (unit.id === A ? { ...unit, name: "一" } : unit)) }));
    follower.saved(held(store, 2));
    await rest();
    moveMiddle(store, 1.2, 1.1);
    moveMiddle(store, 1.3, 1.2);
    answers.push(refusal(2), () => answer());
    follower.saved(held(store, 4));
    await rest();
    expect(cut).toEqual([2]);
    expect(store.commands().length).toBe(1);
    expect(told).toEqual([]);
  });

  it("is told of and kept, if it had worked before: then it is the map that has changed", async () => {
    const { store, follower, cut, told, answers, rest } = bench();
    moveMiddle(store, 1.2, 1.1);
    follower.start(1);
    answers.push(refusal(1));
    follower.saved(held(store, 2));
    await rest();
    expect(cut).toEqual([]);
    expect(told).toMatchObject([{ kind: "stale", position: 1 }]);
    expect(store.commands().length).toBe(1);
  });
});

describe("a land that cannot be had at the moment", () => {
  it("is asked for again until it comes", async () => {
    const { store, follower, asked, told, answers, rest } = bench();
    moveMiddle(store, 1.2, 1.1);
    const lost = (): never => {
      throw new Problem("network", 0, "");
    };
    answers.push(lost, lost, () => withMiddle(1.2, 1.1));
    follower.saved(held(store, 2));
    await rest();
    expect(asked.length).toBe(3);
    expect(told).toEqual([]);
  });

  it("since nobody is signed in, waits for that", async () => {
    const { store, follower, told, answers, rest } = bench();
    moveMiddle(store, 1.2, 1.1);
    answers.push(() => {
      throw new Problem("not_signed_in", 401, "");
    });
    follower.saved(held(store, 2));
    await rest();
    expect(told).toMatchObject([{ error: "signed out" }]);
  });
});

describe("undo", () => {
  it("gives the land back to the last lattice unit", () => {
    const { store } = bench();
    const before = store.coverage.get();
    moveMiddle(store, 1.2, 1.1);
    store.undo();
    expect(store.coverage.get()).toBe(before);
    expect(undone(store.work.get())).toBe(store.work.get());
  });
});
