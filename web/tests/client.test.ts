import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Problem, address, getBytes, getJson, isAbort } from "../src/api/client";
import { bboxText } from "../src/api/endpoints";

let server: Server;
let base = "";

const ANSWERS: Readonly<Record<string, [number, string]>> = {
  "/good": [200, '{"n": 1}'],
  "/refused": [400, '{"code": "bad_bbox", "detail": "west is east of east", "status": 400}'],
  "/broken": [502, "<html>Bad gateway</html>"],
  "/garbled": [200, "<html>"],
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const [status, body] = ANSWERS[request.url ?? ""] ?? [404, "{}"];
    if (request.url === "/never") return;
    response.writeHead(status).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const failure = (path: string): Promise<unknown> => getJson(base + path).then(() => null, (error: unknown) => error);

describe("a request", () => {
  it("gives the answer", async () => {
    expect(await getJson(`${base}/good`)).toEqual({ n: 1 });
    expect((await getBytes(`${base}/good`)).byteLength).toBe(8);
  });

  it("that is refused carries the problem's code and detail", async () => {
    expect(await failure("/refused")).toMatchObject({ name: "Problem", code: "bad_bbox", status: 400, detail: "west is east of east" });
  });

  it("answered by something that is not our server carries the status", async () => {
    expect(await failure("/broken")).toMatchObject({ code: "http_502", status: 502 });
    expect(await failure("/garbled")).toMatchObject({ code: "bad_answer" });
  });

  it("to a server that is not there says so", async () => {
    const error = await getJson("http://127.0.0.1:1/").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: "network" });
  });

  it("given up by its caller is an abort, not a problem", async () => {
    const caller = new AbortController();
    const waiting = getJson(`${base}/never`, {}, caller.signal).catch((reason: unknown) => reason);
    caller.abort();
    expect(isAbort(await waiting)).toBe(true);
  });
});

describe("an address", () => {
  it("leaves out what is not asked for and escapes the rest", () => {
    const query = { bbox: bboxText([105.1, 28, 105.2, 28.5]), from: "2026-05-01T00:00:00+08:00", matter: "", family: undefined };
    expect(address("/x", query)).toBe("/x?bbox=105.100000%2C28.000000%2C105.200000%2C28.500000&from=2026-05-01T00%3A00%3A00%2B08%3A00");
    expect(address("/x")).toBe("/x");
  });
});
