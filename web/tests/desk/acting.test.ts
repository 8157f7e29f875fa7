import { afterEach, describe, expect, it, vi } from "vitest";
import type { IncidentDetail } from "../../src/api/desk";
import { IncidentDesk } from "../../src/desk/desk";

const CLOCK = { now: () => 0, after: () => () => undefined };
const detail = (no: string, last_event: number): IncidentDetail => ({ no, last_event }) as IncidentDetail;

describe("an action", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is done to what was shown when its window opened, though the card has gone on behind it", async () => {
    const sent: [string, unknown][] = [];
    vi.stubGlobal("fetch", async (url: string, request: RequestInit) => {
      if (request.method === "POST") sent.push([url, JSON.parse(String(request.body))]);
      return new Response(JSON.stringify(detail("7", 5)));
    });
    const desk = new IncidentDesk(() => expect.unreachable(), CLOCK);
    desk.chosen.set({ kind: "whole", no: "8", detail: detail("8", 4), photos: [], duplicates: [] });
    await desk.act(detail("7", 3), "dispatch", { department: null });
    expect(sent).toEqual([["/api/v1/incidents/7/dispatch", { department: null, seen: 3 }]]);
    expect(desk.chosen.get()).toMatchObject({ no: "8", detail: { last_event: 4 } });
  });
});
