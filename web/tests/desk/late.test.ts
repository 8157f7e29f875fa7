import { afterEach, describe, expect, it, vi } from "vitest";
import { IncidentDesk } from "../../src/desk/desk";
import type { Source } from "../../src/desk/stream";

const CLOCK = { now: () => 0, after: () => () => undefined };
const wire = (): Source => ({ onerror: null, readyState: 1, addEventListener: () => undefined, close: () => undefined });

/** A server whose answers begin at once and end when the test says so. */
function server() {
  const asked: { url: string; end: (body: unknown) => void }[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    const body = new Promise((resolve) => asked.push({ url, end: resolve }));
    return { ok: true, status: 200, json: () => body };
  });
  return asked;
}

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const rows = (position: string, no: string) => ({ position, total: 1, incidents: [{ no, state: "reported" }], areas: [], departments: [] });

describe("an incident that is gone", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("leaves the list, and its card the page", async () => {
    const asked = server();
    const heard = new Map<string, (event: MessageEvent) => void>();
    const ear = (): Source => ({ ...wire(), addEventListener: (name, reader) => void heard.set(name, reader) });
    const desk = new IncidentDesk(ear, CLOCK);
    void desk.load();
    await quiet();
    asked[0]!.end(rows("1:", "7"));
    await quiet();
    void desk.choose("7");
    const say = (numbers: readonly string[]): void => heard.get("gone")!({ lastEventId: "", data: JSON.stringify(numbers) } as MessageEvent);
    say(["8"]);
    expect([[...desk.rows()].length, desk.chosen.get().kind, desk.gone.get()]).toEqual([1, "loading", []]);
    say(["7", "8"]);
    expect([[...desk.rows()].length, desk.chosen.get().kind, desk.gone.get()]).toEqual([0, "none", ["7"]]);
  });
});

describe("an answer that comes too late", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("does not bring back the incidents of the place before", async () => {
    const asked = server();
    const opened: string[] = [];
    const desk = new IncidentDesk((url) => (opened.push(url), wire()), CLOCK);
    void desk.load();
    await quiet();
    desk.setUnit("510502");
    await quiet();
    asked[1]!.end(rows("2:", "2"));
    await quiet();
    asked[0]!.end(rows("1:", "1"));
    await quiet();
    expect([...desk.rows()].map(({ no }) => no)).toEqual(["2"]);
    expect(opened).toEqual(["/api/v1/events?unit=510502&after=2%3A"]);
  });

  it("does not put an older card over a newer one", async () => {
    const asked = server();
    const desk = new IncidentDesk(wire, CLOCK);
    void desk.choose("7");
    void desk.choose("7");
    await quiet();
    for (const { url, end } of asked.filter((one) => one.url !== "/api/v1/incidents/7")) end(url.endsWith("photos") ? { photos: [] } : { duplicates: [] });
    const [first, second] = asked.filter(({ url }) => url === "/api/v1/incidents/7");
    second!.end({ no: "7", last_event: 5 });
    await quiet();
    first!.end({ no: "7", last_event: 4 });
    await quiet();
    expect(desk.chosen.get()).toMatchObject({ kind: "whole", detail: { last_event: 5 } });
  });
});
