import { describe, expect, it } from "vitest";
import type { Stage, UnitHistory } from "../../src/api/history";
import type { Preview } from "../../src/api/layers";
import { marksOf } from "../../src/workbench/importing";
import { boxOf, latticeLines } from "../../src/workbench/lattice";
import { marksAt, PastPlayer, STEP_MS } from "../../src/workbench/past";
import { allows } from "../../src/workbench/session";
import { Store } from "../../src/workbench/store";
import { TabLock } from "../../src/workbench/tabs";

const square = (west: number): Stage["geometry"] => ({
  type: "Polygon",
  coordinates: [
    [
      [west, 28],
      [west + 1, 28],
      [west + 1, 29],
      [west, 28],
    ],
  ],
});
const stage = (version_id: number, west: number | null): Stage =>
  ({
    version_id,
    name: `v${version_id}`,
    geometry: west === null ? null : square(west),
    valid_from: "2026-01-01T00:00:00+08:00",
  }) as unknown as Stage;
const history: UnitHistory = {
  code: "510502001001001",
  level: "grid",
  versions: [stage(1, 105), stage(2, 106), stage(3, 107)],
  truncated: false,
};

function player(): { player: PastPlayer; store: Store; pass: () => number } {
  const store = new Store();
  let due: (() => void) | null = null;
  let waited = 0;
  const clock = {
    now: () => 0,
    after: (ms: number, act: () => void) => {
      [due, waited] = [act, ms];
      return () => (due = null);
    },
  };
  const pass = (): number => {
    const act = due;
    due = null;
    act?.();
    return act === null ? 0 : waited;
  };
  return { player: new PastPlayer(store, clock, async () => history), store, pass };
}

const active = (store: Store): string | undefined => store.marks.get().find((mark) => mark.active)?.label;

describe("the history of a unit", () => {
  it("begins with how it is now, beside how it was before", async () => {
    const { player: past, store } = player();
    await past.open("510502001001001");
    expect(store.marks.get().map(({ id, active: isActive }) => [id, isActive])).toEqual([
      ["version/2", false],
      ["version/3", true],
    ]);
    expect(past.extent()).toEqual([1050000000, 280000000, 1080000000, 290000000]);
  });

  it("plays from the beginning to the end and stops there", async () => {
    const { player: past, store, pass } = player();
    await past.open("510502001001001");
    past.play();
    expect(active(store)).toBe("v1");
    expect(pass()).toBe(STEP_MS);
    expect(active(store)).toBe("v2");
    pass();
    expect([active(store), past.state.get()]).toMatchObject(["v3", { isPlaying: false }]);
    expect(pass()).toBe(0);
  });

  it("goes step by step, never beyond its ends, and stops playing then", async () => {
    const { player: past, store, pass } = player();
    await past.open("510502001001001");
    past.step(1);
    expect(active(store)).toBe("v3");
    past.play();
    past.step(-5);
    expect(active(store)).toBe("v1");
    expect(pass()).toBe(0);
    past.close();
    expect(store.marks.get()).toEqual([]);
  });

  it("shows what has a shape", () => {
    expect(marksAt([stage(1, null), stage(2, 106)], 1).map(({ id }) => id)).toEqual(["version/2"]);
  });
});

describe("what a file brings onto the map", () => {
  it("lines on the lattice, part by part", () => {
    const feature = (geometry: object): never => ({ type: "Feature", geometry, properties: { kind: "road" } }) as never;
    const lines = {
      type: "FeatureCollection" as const,
      features: [
        feature({
          type: "MultiLineString",
          coordinates: [
            [
              [105.00000004, 28],
              [105.1, 28.2],
            ],
            [
              [1, 2],
              [3, 4],
            ],
          ],
        }),
      ],
    };
    expect(latticeLines(lines)).toEqual([
      {
        kind: "road",
        points: [
          [1050000000, 280000000],
          [1051000000, 282000000],
        ],
      },
      {
        kind: "road",
        points: [
          [10000000, 20000000],
          [30000000, 40000000],
        ],
      },
    ]);
  });

  it("faces under mends, and what needs an answer in another tone", () => {
    const point = { type: "Point", coordinates: [105, 28] };
    const preview = {
      faces: {
        features: [
          { geometry: square(105), properties: { id: "3", name: "第4网格" } },
          { geometry: null, properties: { id: "4", name: null } },
        ],
      },
      mends: [
        { id: "a", geometry: point, question: "" },
        { id: "b", geometry: point, question: "wide" },
        { id: "c", geometry: null, question: "" },
      ],
    } as unknown as Preview;
    expect(marksOf(preview).map(({ id, tone }) => [id, tone])).toEqual([
      ["face/3", "face"],
      ["mend/a", "mend"],
      ["mend/b", "error"],
    ]);
    expect(boxOf(point as never)).toEqual([1050000000, 280000000, 1050000000, 280000000]);
    expect(boxOf({ type: "GeometryCollection", geometries: [] })).toBeNull();
  });
});

describe("rights", () => {
  it("reach by codes, as those of the server", () => {
    const grants = [{ role: "town_planner", scope: "510502001" }];
    expect(allows(grants, "change_set.edit", "510502001001")).toBe(true);
    expect(allows(grants, "change_set.edit", "510502002001")).toBe(false);
    expect(allows(grants, "change_set.decide", "510502001001")).toBe(false);
    expect(allows([{ role: "county_officer", scope: "" }], "change_set.decide", "510502001001")).toBe(true);
  });
});

describe("two tabs", () => {
  const told = (lock: TabLock, wanted: string): Promise<void> =>
    new Promise((resolve) => {
      if (lock.holding.get() === wanted) return resolve();
      const stop = lock.holding.subscribe((now) => {
        if (now !== wanted) return;
        stop();
        resolve();
      });
    });

  it("the first edits, the second looks until it takes over", async () => {
    const [first, second, elsewhere] = [new TabLock(), new TabLock(), new TabLock()];
    try {
      await first.ask("li.ming/7");
      await Promise.all([second.ask("li.ming/7"), elsewhere.ask("li.ming/8")]);
      expect([first, second, elsewhere].map((lock) => lock.holding.get())).toEqual(["mine", "other", "mine"]);
      second.take();
      await told(first, "other");
      expect([second.holding.get(), elsewhere.holding.get()]).toEqual(["mine", "mine"]);
    } finally {
      for (const lock of [first, second, elsewhere]) lock.close();
    }
  });

  it("that ask at once do not both edit", async () => {
    const [first, second] = [new TabLock(), new TabLock()];
    try {
      await Promise.all([first.ask("li.ming/7"), second.ask("li.ming/7")]);
      expect([first, second].map((lock) => lock.holding.get()).sort()).toEqual(["mine", "other"]);
    } finally {
      first.close();
      second.close();
    }
  });
});
