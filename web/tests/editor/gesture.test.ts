import { describe, expect, it } from "vitest";
import { IDLE, step, type Gesture, type Input, type Meaning } from "../../src/map/editor/gesture";

const down = (options: { touch?: boolean; onHandle?: boolean; id?: number } = {}): Input => ({
  kind: "down", id: options.id ?? 1, x: 100, y: 100, touch: options.touch ?? false, onHandle: options.onHandle ?? false,
});
const move = (x: number, y = 100, id = 1): Input => ({ kind: "move", id, x, y });
const up = (inside = true, id = 1): Input => ({ kind: "up", id, x: 100, y: 100, inside });
const held: Input = { kind: "held", id: 1 };
const stop: Input = { kind: "stop" };

/** What each input meant, and the gesture at the end. */
function played(...inputs: Input[]): { meanings: Meaning[]; gesture: Gesture } {
  let gesture = IDLE;
  const meanings = inputs.map((input) => {
    const next = step(gesture, input);
    gesture = next.gesture;
    return next.meaning;
  });
  return { meanings, gesture };
}

describe("a mouse", () => {
  it("clicks when it stays, also when it trembles", () => {
    expect(played(down(), move(102), up()).meanings).toEqual(["none", "none", "click"]);
  });

  it("drags a handle from the fourth pixel on", () => {
    expect(played(down({ onHandle: true }), move(104), move(120), up()).meanings).toEqual(["none", "grab", "drag", "drop"]);
  });

  it("leaves the map to Leaflet where there is no handle, and that is no click", () => {
    expect(played(down(), move(150), up()).meanings).toEqual(["none", "none", "none"]);
  });

  it("drops nothing outside the map", () => {
    expect(played(down({ onHandle: true }), move(150), up(false)).meanings).toEqual(["none", "grab", "miss"]);
    expect(played(down(), up(false)).meanings).toEqual(["none", "none"]);
  });

  it("lets go when the window loses it, and what follows has no meaning", () => {
    const { meanings, gesture } = played(down({ onHandle: true }), move(150), stop, move(170), up());
    expect(meanings).toEqual(["none", "grab", "abort", "none", "none"]);
    expect(gesture).toEqual(IDLE);
  });
});

describe("a finger", () => {
  it("pans at once and grabs a handle only after it has lain long enough", () => {
    expect(played(down({ touch: true, onHandle: true }), move(130), held, up()).meanings).toEqual(["wait", "none", "none", "none"]);
    expect(played(down({ touch: true, onHandle: true }), move(105), held, move(140), up()).meanings).toEqual(["wait", "none", "grab", "drag", "drop"]);
  });

  it("taps", () => {
    expect(played(down({ touch: true }), up()).meanings).toEqual(["none", "click"]);
  });

  it("gives way to two: the drag is undone, and neither finger clicks or drops", () => {
    const { meanings } = played(down({ touch: true, onHandle: true }), held, down({ touch: true, id: 2 }), up(true, 2), up());
    expect(meanings).toEqual(["wait", "grab", "abort", "none", "none"]);
    expect(played(down({ touch: true }), down({ touch: true, id: 2 }), up(true, 2), up()).meanings).toEqual(["none", "none", "none", "none"]);
  });

  it("is not moved by another", () => {
    expect(played(down({ onHandle: true }), move(200, 100, 2)).meanings).toEqual(["none", "none"]);
  });
});

it("whatever happens in whatever order, every grab ends once: dropped or undone", () => {
  const inputs: Input[] = [down(), down({ onHandle: true }), down({ touch: true, onHandle: true }), down({ touch: true, id: 2 }), move(102), move(150), up(), up(false), up(true, 2), held, stop];
  let seed = 7;
  for (let run = 0; run < 3000; run++) {
    let [gesture, open] = [IDLE, 0];
    for (let i = 0; i < 12; i++) {
      seed = (seed * 16_807) % 2_147_483_647;
      const next = step(gesture, inputs[seed % inputs.length]!);
      gesture = next.gesture;
      if (next.meaning === "grab") open += 1;
      if (["drop", "miss", "abort"].includes(next.meaning)) open -= 1;
      if (next.meaning === "drag") expect(open).toBe(1);
      expect(open).toBe(gesture.phase === "dragging" ? 1 : 0);
    }
  }
});
