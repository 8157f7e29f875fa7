import { afterEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../src/api/client";
import { SignedIn } from "../src/workbench/session";

const session = (account: string | null, token: string | null) => ({ account, display_name: account, grants: [], csrf_token: token });
const answer = (body: unknown, status = 200): Response => new Response(body === null ? null : JSON.stringify(body), { status });
const forged = (): Response => answer({ code: "forged_request", detail: "Open Wangge itself." }, 403);

/** A server that answers in turn; what it was asked. */
function serverOf(...answers: (Response | (() => never))[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { method = "GET", headers }: RequestInit) => {
    asked.push(`${method} ${path} ${(headers as Record<string, string>)["x-csrf-token"] ?? ""}`.trim());
    const next = answers.shift()!;
    return typeof next === "function" ? next() : next;
  });
  return asked;
}

async function zhao(): Promise<SignedIn> {
  serverOf(answer(session("zhao", "old")));
  const signedIn = new SignedIn();
  await signedIn.refresh();
  return signedIn;
}

afterEach(() => vi.unstubAllGlobals());

describe("a session that another tab has renewed", () => {
  it("has its new token fetched, and what was refused is sent once more", async () => {
    const signedIn = await zhao();
    const asked = serverOf(forged(), answer(session("zhao", "new")), answer(null, 204));
    await signedIn.signOut();
    expect(asked).toEqual(["DELETE /api/v1/session old", "GET /api/v1/session", "DELETE /api/v1/session new"]);
    expect(signedIn.account()).toBeNull();
  });

  it("sends nothing in the name of another account", async () => {
    const signedIn = await zhao();
    const asked = serverOf(answer(session("qian", "hers")));
    await expect(signedIn.withToken(async () => { throw new Problem("forged_request", 403, ""); })).rejects.toThrow(Problem);
    expect(asked).toHaveLength(1);
    expect(signedIn.account()).toBe("zhao");
  });
});

describe("signing out", () => {
  it("leaves the account signed in where the server cannot be reached", async () => {
    const signedIn = await zhao();
    serverOf(() => { throw new TypeError("no network"); });
    await expect(signedIn.signOut()).rejects.toMatchObject({ code: "network" });
    expect(signedIn.account()).toBe("zhao");
  });
});
