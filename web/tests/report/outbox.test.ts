import { describe, expect, it } from "vitest";
import { Problem } from "../../src/api/client";
import { entryOf, NO_CONTENT, type Entry, type Receipt } from "../../src/report/entry";
import { Outbox, RETRIES_MS, type Sender } from "../../src/report/outbox";
import type { Storage } from "../../src/report/storage";

class Shelf implements Storage {
  readonly held = new Map<string, Entry>();
  isFull = false;
  all = async (): Promise<readonly Entry[]> => [...this.held.values()];
  async save(entry: Entry): Promise<void> {
    if (this.isFull) throw new Error("full");
    this.held.set(entry.key, structuredClone(entry));
  }
  async remove(key: string): Promise<void> {
    this.held.delete(key);
  }
}

/** A server that numbers what it takes in, once for each key. */
class City implements Sender {
  signedIn: string | null = null;
  readonly taken = new Map<string, string>();
  readonly asked: string[] = [];
  /** What happens to the answers that come next; null lets one through. */
  faults: (Problem | "lost" | null)[] = [];
  tokenIsOld = false;
  account = (): string | null => this.signedIn;
  known = async (): Promise<void> => undefined;
  ended = (): void => void (this.signedIn = null);
  renewed = async (): Promise<boolean> => {
    const wasOld = this.tokenIsOld;
    this.tokenIsOld = false;
    return wasOld;
  };

  async send(entry: Entry): Promise<Receipt> {
    this.asked.push(entry.description);
    const fault = this.faults.shift() ?? null;
    if (fault instanceof Problem) throw fault;
    if (this.tokenIsOld) throw new Problem("forged_request", 403, "");
    if (entry.account !== null && entry.account !== this.signedIn) throw new Problem("not_signed_in", 401, "");
    const no = this.taken.get(entry.key) ?? String(this.taken.size + 1);
    this.taken.set(entry.key, no);
    if (fault === "lost") throw UNREACHABLE;
    return { no, token: null, grid: null };
  }
}

const UNREACHABLE = new Problem("network", 0, "");

class Hand {
  private due: (() => void) | null = null;
  wait: number | null = null;
  now = (): number => 0;
  after = (ms: number, act: () => void): (() => void) => {
    [this.due, this.wait] = [act, ms];
    return () => (this.due = null);
  };
  ring(): void {
    this.due?.();
  }
}

function place(): { shelf: Shelf; city: City; hand: Hand; outbox: Outbox } {
  const [shelf, city, hand] = [new Shelf(), new City(), new Hand()];
  return { shelf, city, hand, outbox: new Outbox(shelf, hand, city) };
}

let second = 0;
const written = (description: string, account: string | null = null): Entry =>
  entryOf({ ...NO_CONTENT, matter: "0406", description, photos: [new ArrayBuffer(8)] }, "139", account, new Date(Date.UTC(2026, 0, 1, 0, 0, second++)));

/** What a press has begun is over: all of it runs before the next timer. */
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const states = (outbox: Outbox): string[] => outbox.entries.get().map(({ state }) => state);

describe("the outbox", () => {
  it("keeps nothing of a report that is in but its number", async () => {
    const { shelf, city, outbox } = place();
    await outbox.add(written("pit"));
    await outbox.run();
    const [kept] = [...shelf.held.values()];
    expect(kept).toMatchObject({ state: "sent", receipt: { no: "1" }, description: "", contact: "", photos: [], point: null });
    expect(city.taken.size).toBe(1);
  });

  it("sends again under the same key when the answer was lost, so that it is taken in once", async () => {
    const { city, hand, outbox } = place();
    city.faults = ["lost", "lost"];
    await outbox.add(written("pit"));
    await quiet();
    hand.ring();
    await quiet();
    expect(states(outbox)).toEqual(["waiting"]);
    hand.ring();
    await quiet();
    expect(states(outbox)).toEqual(["sent"]);
    expect([city.asked.length, city.taken.size]).toEqual([3, 1]);
  });

  it("holds everything back while there is no network, and waits longer each time", async () => {
    const { shelf, city, hand, outbox } = place();
    city.faults = Array.from({ length: 3 }, () => UNREACHABLE);
    for (const entry of [written("a"), written("b")]) await shelf.save(entry);
    const waits: (number | null)[] = [];
    for (const _ of city.faults.slice()) {
      await outbox.run();
      waits.push(hand.wait);
    }
    expect(waits).toEqual(RETRIES_MS.slice(0, 3));
    expect(city.asked).toEqual(["a", "a", "a"]);
    await outbox.run();
    expect([...city.taken.values()]).toEqual(["1", "2"]);
  });

  it("lets one that the server stumbles over wait while the others go", async () => {
    const { city, outbox } = place();
    city.faults = [new Problem("internal", 500, "")];
    await outbox.add(written("stumbles"));
    await outbox.add(written("goes"));
    await outbox.run();
    await outbox.run();
    expect(states(outbox)).toEqual(["sent", "sent"]);
    expect(city.taken.size).toBe(2);
  });

  it("shows the server's sentence of a refusal and does not ask again", async () => {
    const { city, outbox } = place();
    city.faults = [new Problem("position_far_away", 422, "It lies far away.")];
    await outbox.add(written("far"));
    await outbox.run();
    await outbox.run();
    expect(outbox.entries.get()[0]).toMatchObject({ state: "refused", description: "far", contact: "139", problem: { detail: "It lies far away." } });
    expect(city.asked).toEqual(["far"]);
  });

  it.each([
    [429, "too_many_reports"],
    [200, "bad_answer"],
    [404, "http_404"],
    [503, "busy"],
  ])("takes %i %s for something that passes", async (status, code) => {
    const { city, hand, outbox } = place();
    city.faults = [new Problem(code, status, "", { wait_s: 900 })];
    await outbox.add(written("pit"));
    await quiet();
    expect([states(outbox), hand.wait]).toEqual([["waiting"], 900_000]);
    hand.ring();
    await quiet();
    expect(states(outbox)).toEqual(["sent"]);
  });

  it("keeps an account's reports until that account is signed in, and lets the public's go", async () => {
    const { city, outbox } = place();
    city.signedIn = "li";
    city.faults = [new Problem("not_signed_in", 401, "")];
    await outbox.add(written("li's", "li"));
    await outbox.add(written("the public's"));
    await outbox.run();
    expect([states(outbox), city.signedIn]).toEqual([["waiting", "sent"], null]);
    city.signedIn = "wang";
    await outbox.run();
    expect(states(outbox)).toEqual(["waiting", "sent"]);
    city.signedIn = "li";
    await outbox.run();
    expect(states(outbox)).toEqual(["sent", "sent"]);
  });

  it("leaves the session of another account alone that has signed in while a report was on its way", async () => {
    const { city, outbox } = place();
    city.signedIn = "li";
    const send = city.send.bind(city);
    city.send = (entry) => {
      city.signedIn = "zhao"; // in another tab
      return send(entry);
    };
    await outbox.add(written("li's", "li"));
    await outbox.run();
    expect(city.signedIn).toBe("zhao");
    expect(states(outbox)).toEqual(["waiting"]);
  });

  it("goes on with the new token after another tab has signed in anew", async () => {
    const { city, outbox } = place();
    city.signedIn = "li";
    city.tokenIsOld = true;
    await outbox.add(written("pit", "li"));
    await outbox.run();
    expect(states(outbox)).toEqual(["sent"]);
  });

  it("sends what a closed page left behind", async () => {
    const { shelf, city, hand, outbox } = place();
    city.faults = ["lost"];
    await outbox.add(written("pit"));
    await quiet();
    const next = new Outbox(shelf, hand, city);
    await next.run();
    expect([states(next), city.taken.size]).toEqual([["sent"], 1]);
  });

  it("sends what cannot be kept, and says that it is not kept", async () => {
    const { shelf, city, outbox } = place();
    shelf.isFull = true;
    city.faults = [UNREACHABLE];
    await outbox.add(written("pit"));
    await quiet();
    expect(outbox.isKept.get()).toBe(false);
    await outbox.run();
    expect([states(outbox), city.taken.size]).toEqual([["sent"], 1]);
  });
});
