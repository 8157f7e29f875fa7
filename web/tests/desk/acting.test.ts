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

  it("goes out as a form where photos come with it, and the card shows them", async () => {
    let form: FormData | null = null;
    vi.stubGlobal("fetch", async (url: string, request: RequestInit) => {
      if (request.method === "POST") form = request.body as FormData;
      return new Response(JSON.stringify(url.endsWith("photos") ? { photos: [{ id: 3, stage: "feedback" }] } : detail("7", 5)));
    });
    const desk = new IncidentDesk(() => expect.unreachable(), CLOCK);
    desk.chosen.set({ kind: "whole", no: "7", detail: detail("7", 4), photos: [], duplicates: [] });
    await desk.act(detail("7", 4), "feed_back", { note: "已修复" }, [new File(["x"], "a.jpg")]);
    expect([form!.get("note"), form!.get("seen"), (form!.get("photo") as File).name]).toEqual(["已修复", "4", "a.jpg"]);
    expect(desk.chosen.get()).toMatchObject({ detail: { last_event: 5 }, photos: [{ id: 3 }] });
  });

  it("goes out once more with the new token where another tab has signed in the same account anew", async () => {
    const tokens: (string | null)[] = [];
    const session = { account: "zhao", display_name: null, grants: [], csrf_token: "new" };
    vi.stubGlobal("fetch", async (url: string, request: RequestInit) => {
      if (url.endsWith("/session")) return new Response(JSON.stringify(session));
      const token = (request.headers as Record<string, string>)["x-csrf-token"] ?? null;
      if (request.method === "POST") tokens.push(token);
      if (token === "old") return new Response(JSON.stringify({ code: "forged_request", detail: "" }), { status: 403 });
      return new Response(JSON.stringify(detail("7", 5)));
    });
    const desk = new IncidentDesk(() => expect.unreachable(), CLOCK);
    desk.signedIn.session.set({ ...session, csrf_token: "old" });
    await desk.act(detail("7", 3), "register", {});
    expect(tokens).toEqual(["old", "new"]);
    expect(desk.signedIn.token()).toBe("new");
  });
});
