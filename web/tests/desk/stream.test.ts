import { describe, expect, it } from "vitest";
import { Stream, type Source, type StreamState } from "../../src/desk/stream";

class Wire implements Source {
  onerror: ((event: Event) => void) | null = null;
  readyState = 1;
  isClosed = false;
  private readonly readers = new Map<string, (event: MessageEvent) => void>();

  constructor(readonly url: string) {}

  addEventListener(name: string, reader: (event: MessageEvent) => void): void {
    this.readers.set(name, reader);
  }

  say(name: string, lastEventId: string, data: unknown): void {
    this.readers.get(name)?.({ lastEventId, data: JSON.stringify(data) } as MessageEvent);
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.({} as Event);
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A stream with wires and a clock of the test's own. */
function play() {
  const wires: Wire[] = [];
  const states: StreamState[] = [];
  const heard: number[] = [];
  const asked: string[] = [];
  const gone: string[] = [];
  const timers: { act: () => void; isOn: boolean }[] = [];
  const clock = {
    now: () => 0,
    after: (_: number, act: () => void) => {
      const timer = { act, isOn: true };
      timers.push(timer);
      return () => void (timer.isOn = false);
    },
  };
  const stream = new Stream((url) => (wires.push(new Wire(url)), wires.at(-1)!), clock, {
    happened: (events) => heard.push(...events.map(({ id }) => id)),
    gone: (numbers) => gone.push(...numbers),
    reset: () => asked.push("reset"),
    refused: () => asked.push("refused"),
    changed: (state) => states.push(state),
    clock: () => asked.push("clock"),
  });
  return { stream, wires, states, heard, asked, gone, ringing: () => timers.filter(({ isOn }) => isOn) };
}

describe("the stream", () => {
  it("goes on behind the last message after the tab was hidden", () => {
    const { stream, wires, heard, states } = play();
    stream.start("1.2:3:4:", "510502");
    expect(wires[0]!.url).toBe("/api/v1/events?unit=510502&after=1.2%3A3%3A4%3A");
    wires[0]!.say("ready", "1.2:3:4:", {});
    wires[0]!.say("incidents", "1.2:9:9:", [{ id: 5 }, { id: 6 }]);
    stream.pause();
    expect(wires[0]!.isClosed).toBe(true);
    stream.resume();
    expect(wires[1]!.url).toContain("after=1.2%3A9%3A9%3A");
    expect(heard).toEqual([5, 6]);
    expect(states).toEqual(["connecting", "live", "closed", "connecting"]);
  });

  it("tells what is gone, and does not go on behind it before the position has come", () => {
    const { stream, wires, gone } = play();
    stream.start("1.2:3:4:", "");
    wires[0]!.say("gone", "", ["5105022026050200001"]);
    stream.resume();
    expect(gone).toEqual(["5105022026050200001"]);
    expect(wires[1]!.url).toContain("after=1.2%3A3%3A4%3A");
  });

  it("does not hear a wire that it has left", () => {
    const { stream, wires, heard } = play();
    stream.start("1.2:3:4:", "");
    stream.resume();
    wires[0]!.say("incidents", "1.2:9:9:", [{ id: 5 }]);
    expect(heard).toEqual([]);
  });

  it("opens anew when the server has been silent for too long, and keeps one watch only", () => {
    const { stream, wires, ringing } = play();
    stream.start("1.2:3:4:", "");
    wires[0]!.say("beat", "1.2:5:5:", { at: "2026-05-02T10:00:00+08:00" });
    expect(ringing().length).toBe(1);
    ringing()[0]!.act();
    expect(wires.length).toBe(2);
    expect(wires[1]!.url).toContain("1.2%3A5%3A5%3A");
  });

  it("leaves a break to the browser and asks why when it is refused", () => {
    const { stream, wires, states, asked, ringing } = play();
    stream.start("1.2:3:4:", "");
    wires[0]!.fail(0);
    expect(states.at(-1)).toBe("waiting");
    wires[0]!.fail(2);
    expect(asked).toEqual(["refused"]);
    expect(ringing()).toEqual([]);
  });

  it("says when the desk has to be loaded anew", () => {
    const { stream, wires, asked } = play();
    stream.start("1.2:3:4:", "");
    wires[0]!.say("reset", "1.2:7:7:", {});
    expect(asked).toEqual(["reset"]);
  });
});
