import { afterEach, describe, expect, it, vi } from "vitest";
import { IncidentDesk } from "../../src/desk/desk";
import type { Source } from "../../src/desk/stream";

class Wire implements Source {
  onerror: ((event: Event) => void) | null = null;
  readonly readyState = 1;
  isClosed = false;
  addEventListener(): void {}
  close(): void {
    this.isClosed = true;
  }
}

const CLOCK = { now: () => 0, after: () => () => undefined };
const ANSWER = { position: "1:", total: 1, incidents: [{ no: "7", state: "dispatched" }], areas: [], departments: [] };

describe("the desk, when whoever was signed in leaves", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("keeps no incident and no stream of theirs, also where the server is out of reach", async () => {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify(ANSWER)));
    const wires: Wire[] = [];
    const desk = new IncidentDesk(() => (wires.push(new Wire()), wires.at(-1)!), CLOCK);
    await desk.load();
    expect([...desk.rows()]).toHaveLength(1);
    desk.leave();
    expect([...desk.rows()]).toEqual([]);
    expect(desk.isLoaded()).toBe(false);
    expect(wires.map(({ isClosed }) => isClosed)).toEqual([true]);
    desk.seen(true);
    expect(wires).toHaveLength(1);
  });
});
