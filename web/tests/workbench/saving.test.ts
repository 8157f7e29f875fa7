import { describe, expect, it } from "vitest";
import type { ChangeSet, StoredCommand } from "../../src/api/changeSets";
import { Problem } from "../../src/api/client";
import { MemoryStorage } from "../../src/workbench/journal";
import { LONGEST_WAIT_MS, Saver, type Clock, type Server } from "../../src/workbench/saving";

const named = (letter: string): StoredCommand => ({ op: "rename", unit: "510502001001001", name: letter });
const list = (letters: string): StoredCommand[] => [...letters].map(named);
const letters = (commands: readonly StoredCommand[]): string => commands.map(({ name }) => name).join("");

const EMPTY: ChangeSet = {
  id: 7,
  title: "x",
  reason: "other",
  reason_zh: "其他",
  reason_en: "other",
  state: "draft",
  scope: "510502001001",
  note: "",
  revision: 1,
  effective_on: null,
  effective_at: null,
  created_at: "2026-11-24T09:30:00+08:00",
  opened_by: "li.ming",
  checked_at: null,
  decided_at: null,
  decided_by: null,
  withdrawn_at: null,
  reverses: null,
  commands: [],
};

type Fault = "lost_request" | "lost_answer" | "signed_out" | "busy" | "gone";

/** Keeps a change set by the rules of the routes, with faults on order. */
class Keeper implements Server {
  held: ChangeSet = EMPTY;
  readonly faults: Fault[] = [];
  requests = 0;
  bad = "";

  async get(): Promise<ChangeSet> {
    return this.asked(() => this.held);
  }

  async add(_: number, commands: readonly StoredCommand[], revision: number): Promise<ChangeSet> {
    return this.asked(() => {
      this.require(revision);
      const at = commands.findIndex(({ name }) => this.bad !== "" && name === this.bad);
      const place = this.held.commands.length + at + 1;
      if (at >= 0) throw new Problem("bad_command", 422, "The member name is bad.", { command: place });
      return this.put([...this.held.commands, ...commands]);
    });
  }

  async undo(_: number, revision: number): Promise<ChangeSet> {
    return this.asked(() => {
      this.require(revision);
      if (this.held.commands.length === 0) throw new Problem("nothing_to_undo", 422, "");
      return this.put(this.held.commands.slice(0, -1));
    });
  }

  put(commands: readonly StoredCommand[], more: Partial<ChangeSet> = {}): ChangeSet {
    this.held = { ...this.held, commands: JSON.parse(JSON.stringify(commands)), revision: this.held.revision + 1, ...more };
    return this.held;
  }

  private require(revision: number): void {
    if (this.held.state !== "draft") throw new Problem("change_set_is_kept", 409, "");
    if (revision !== this.held.revision) throw new Problem("stale_revision", 409, "", { edited_by: "wang.fang" });
  }

  private async asked(act: () => ChangeSet): Promise<ChangeSet> {
    this.requests += 1;
    const fault = this.faults.shift();
    if (fault === "lost_request") throw new Problem("network", 0, "");
    if (fault === "signed_out") throw new Problem("not_signed_in", 401, "");
    if (fault === "busy") throw new Problem("busy", 503, "");
    if (fault === "gone") throw new Problem("unknown_change_set", 404, "");
    const answer = act();
    if (fault === "lost_answer") throw new Problem("timeout", 0, "");
    return answer;
  }
}

/** Time that stands until it is told to go on. */
class Stopped implements Clock {
  waits: number[] = [];
  private due: (() => void) | null = null;
  now = (): number => 0;
  after(ms: number, act: () => void): () => void {
    this.waits.push(ms);
    this.due = act;
    return () => (this.due = null);
  }
  pass(): void {
    const act = this.due;
    this.due = null;
    act?.();
  }
}

function desk(): { keeper: Keeper; clock: Stopped; storage: MemoryStorage; saver: Saver; told: string[]; rest: () => Promise<void> } {
  const [keeper, clock, storage, told] = [new Keeper(), new Stopped(), new MemoryStorage(), [] as string[]];
  const saver = new Saver(keeper, storage, clock, {
    saved: (held) => told.push(`saved ${letters(held.commands)}`),
    refused: (position, error) => told.push(`refused ${position} ${error.code}`),
  });
  const rest = async (): Promise<void> => {
    for (let k = 0; k < 60; k += 1) await Promise.resolve();
    await saver.journal();
  };
  return { keeper, clock, storage, saver, told, rest };
}

describe("what is done on the page", () => {
  it("reaches the server in its order", async () => {
    const { keeper, saver, told, rest } = desk();
    saver.start("li.ming", EMPTY, [], []);
    saver.want(list("a"), []);
    saver.want(list("ab"), []);
    saver.want(list("abc"), []);
    await rest();
    expect(letters(keeper.held.commands)).toBe("abc");
    expect(saver.state.get().kind).toBe("saved");
    expect(told.at(-1)).toBe("saved abc");
  });

  it("is taken back on the server when it is undone, and others put in its place", async () => {
    const { keeper, saver, rest } = desk();
    saver.start("li.ming", EMPTY, list("abc"), []);
    await rest();
    saver.want(list("ax"), []);
    await rest();
    expect(letters(keeper.held.commands)).toBe("ax");
  });

  it("is not sent at all when it was undone before", async () => {
    const { keeper, saver, rest } = desk();
    keeper.faults.push("lost_request");
    saver.start("li.ming", EMPTY, list("a"), []);
    await rest();
    saver.want([], list("a"));
    await rest();
    expect(keeper.requests).toBe(2); // asks whether the first one got through
    expect(keeper.held.revision).toBe(1);
    expect(saver.state.get().kind).toBe("saved");
  });

  it("lies in the journal at once, with what can be done again", async () => {
    const { keeper, storage, saver, rest } = desk();
    keeper.faults.push("lost_request");
    saver.start("li.ming", EMPTY, [], []);
    saver.want(list("ab"), list("c"));
    await rest();
    expect(await storage.load("li.ming", 7)).toMatchObject({ revision: 1, known: [], wanted: list("ab"), redo: list("c") });
    expect(await storage.load("somebody.else", 7)).toBeNull();
  });
});

describe("without network", () => {
  it("it waits longer each time, and goes on by itself", async () => {
    const { keeper, clock, saver, rest } = desk();
    keeper.faults.push(...new Array<Fault>(7).fill("lost_request"), "busy");
    saver.start("li.ming", EMPTY, list("a"), []);
    for (let k = 0; k < 8; k += 1) {
      await rest();
      expect(saver.state.get().kind).toBe("waiting");
      clock.pass();
    }
    await rest();
    expect(letters(keeper.held.commands)).toBe("a");
    expect(clock.waits).toEqual([1000, 2000, 4000, 8000, 16000, LONGEST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
  });

  it.each(["add", "undo"])("an answer that is lost does not make it %s twice", async (what) => {
    const { keeper, clock, saver, rest } = desk();
    saver.start("li.ming", EMPTY, list("ab"), []);
    await rest();
    keeper.faults.push("lost_answer");
    saver.want(list(what === "add" ? "abc" : "a"), []);
    await rest();
    clock.pass();
    await rest();
    expect(letters(keeper.held.commands)).toBe(what === "add" ? "abc" : "a");
    expect(saver.state.get().kind).toBe("saved");
  });

  it("what was undone meanwhile is taken back, though the server had got it", async () => {
    const { keeper, clock, saver, rest } = desk();
    keeper.faults.push("lost_answer");
    saver.start("li.ming", EMPTY, list("ab"), []);
    await rest();
    saver.want([], list("ba"));
    clock.pass();
    await rest();
    saver.want(list("x"), []);
    await rest();
    expect(letters(keeper.held.commands)).toBe("x");
  });

  it("more can be done meanwhile", async () => {
    const { keeper, clock, saver, rest } = desk();
    keeper.faults.push("lost_answer");
    saver.start("li.ming", EMPTY, list("a"), []);
    await rest();
    saver.want(list("ab"), []);
    saver.want(list("abc"), []);
    clock.pass();
    await rest();
    expect(letters(keeper.held.commands)).toBe("abc");
  });
});

describe("when the sign-in has expired", () => {
  it("nothing is lost and all is sent after signing in", async () => {
    const { keeper, saver, rest } = desk();
    keeper.faults.push("signed_out");
    saver.start("li.ming", EMPTY, list("a"), []);
    await rest();
    expect(saver.state.get().kind).toBe("signed_out");
    keeper.faults.push("signed_out");
    saver.want(list("ab"), []);
    await rest();
    expect(letters(keeper.held.commands)).toBe("");
    saver.retry();
    await rest();
    expect(letters(keeper.held.commands)).toBe("ab");
  });
});

describe("when somebody else edits the set", () => {
  it("the page says who, and sends nothing until it is told what to do", async () => {
    const { keeper, saver, rest } = desk();
    saver.start("li.ming", EMPTY, list("a"), []);
    await rest();
    keeper.put(list("az"));
    saver.want(list("ab"), []);
    await rest();
    expect(saver.state.get()).toMatchObject({ kind: "conflict", by: "wang.fang", found: { revision: 3 } });
    saver.want(list("abc"), []);
    await rest();
    expect(letters(keeper.held.commands)).toBe("az");
    saver.settle(keeper.held, list("azbc"));
    await rest();
    expect(letters(keeper.held.commands)).toBe("azbc");
  });

  it("a check of one's own set is no conflict", async () => {
    const { keeper, saver, rest } = desk();
    saver.start("li.ming", EMPTY, list("a"), []);
    await rest();
    saver.took(keeper.put(list("a"), { checked_at: "2026-11-24T09:41:00+08:00" }));
    saver.want(list("ab"), []);
    await rest();
    expect(letters(keeper.held.commands)).toBe("ab");
  });

  it("a decision is one, if there is work that it does not hold", async () => {
    const { keeper, saver, rest } = desk();
    saver.start("li.ming", EMPTY, list("a"), []);
    await rest();
    keeper.put(list("a"), { state: "county_decided", decided_by: "zhang.wei" });
    saver.want(list("ab"), []);
    await rest();
    expect(saver.state.get()).toMatchObject({ kind: "conflict", found: { state: "county_decided" } });
  });

  it("work left in the browser that does not fit is kept and asked about", async () => {
    const { keeper, storage, saver, rest } = desk();
    const left = { account: "li.ming", changeSet: 7, revision: 1, known: list("a"), wanted: list("ab"), redo: [], attempts: [], at: 0 };
    await storage.save(left);
    saver.start("li.ming", keeper.put(list("z")), list("z"), [], left);
    await rest();
    expect(saver.state.get().kind).toBe("conflict");
    expect(letters(saver.wants())).toBe("ab");
    expect(await storage.load("li.ming", 7)).toEqual(left);
    expect(letters(keeper.held.commands)).toBe("z");
  });
});

describe("what the server refuses", () => {
  it("is taken back with what follows it, and what stands before it is saved", async () => {
    const { keeper, saver, told, rest } = desk();
    keeper.bad = "c";
    saver.start("li.ming", EMPTY, list("abcd"), []);
    await rest();
    expect(told).toContain("refused 3 bad_command");
    expect(letters(saver.wants())).toBe("ab");
    expect(letters(keeper.held.commands)).toBe("ab");
  });

  it("for good, like a set that is gone, stops the saving and keeps the work", async () => {
    const { keeper, saver, rest } = desk();
    keeper.faults.push("gone");
    saver.start("li.ming", EMPTY, list("ab"), []);
    await rest();
    expect(saver.state.get()).toMatchObject({ kind: "blocked", error: { code: "unknown_change_set" } });
    expect(letters(saver.wants())).toBe("ab");
  });
});

describe("a browser that keeps no data", () => {
  it("is told of, and the work is saved all the same", async () => {
    const { keeper, clock, rest } = desk();
    const broken = { load: async () => null, save: () => Promise.reject(new Error("full")), remove: async () => undefined };
    const saver = new Saver(keeper, broken, clock, { saved: () => undefined, refused: () => undefined });
    saver.start("li.ming", EMPTY, list("a"), []);
    await rest();
    expect(saver.journalled.get()).toBe(false);
    expect(letters(keeper.held.commands)).toBe("a");
  });
});

describe("any mixture of acts and faults", () => {
  it("ends with the server holding what the page shows", async () => {
    let seed = 20241001;
    const draw = (below: number): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % below;
    for (let round = 0; round < 200; round += 1) {
      const { keeper, clock, saver, rest } = desk();
      let [wanted, made] = [[] as StoredCommand[], 0];
      saver.start("li.ming", EMPTY, [], []);
      for (let act = 0; act < 25; act += 1) {
        if (draw(3) === 0) keeper.faults.push((["lost_request", "lost_answer", "busy", "signed_out"] as const)[draw(4)]!);
        wanted = draw(3) === 0 ? wanted.slice(0, -1 - draw(2)) : [...wanted, named(`${(made += 1)}.`)];
        saver.want(wanted, []);
        if (draw(2) === 0) await rest();
        if (draw(3) === 0) clock.pass();
        if (draw(4) === 0) saver.retry();
      }
      keeper.faults.length = 0;
      for (let k = 0; k < 4; k += 1) {
        saver.retry();
        await rest();
      }
      expect(saver.state.get().kind).toBe("saved");
      expect(letters(keeper.held.commands)).toBe(letters(wanted));
    }
  });
});
