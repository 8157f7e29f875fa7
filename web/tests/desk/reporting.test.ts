import { describe, expect, it } from "vitest";
import { Problem } from "../../src/api/client";
import type { Taken } from "../../src/api/desk";
import { Reporting } from "../../src/desk/reporting";

const UNREACHABLE = new Problem("network", 0, "");

/** A register that takes in once for each key, as the server does; what comes next may be lost on its way there or back. */
class Register {
  readonly taken = new Map<string, string>();
  readonly keys: string[] = [];
  faults: ("lost on the way" | "answer lost" | Problem)[] = [];

  post = async (form: FormData, key: string): Promise<Taken> => {
    this.keys.push(key);
    const [fault, words] = [this.faults.shift(), String(form.get("description"))];
    if (fault === "lost on the way") throw UNREACHABLE;
    if (fault instanceof Problem) throw fault;
    if (this.taken.has(key) && this.taken.get(key) !== words) throw new Problem("key_used", 409, "Another report was sent under this Idempotency-Key.");
    this.taken.set(key, words);
    if (fault === "answer lost") throw UNREACHABLE;
    return { no: String([...this.taken.keys()].indexOf(key) + 1), grid: null, nearest: null, on_border: false };
  };
}

function saying(words: string): FormData {
  const form = new FormData();
  form.append("description", words);
  return form;
}

function place(...faults: Register["faults"]): { register: Register; reporting: Reporting } {
  const register = new Register();
  register.faults = faults;
  return { register, reporting: new Reporting(register.post) };
}

describe("a report of the desk", () => {
  it("goes out under the same key until an answer has come, so that it is taken in once", async () => {
    const { register, reporting } = place("answer lost", "lost on the way");
    await expect(reporting.send(saying("pit"))).rejects.toBe(UNREACHABLE);
    await expect(reporting.send(saying("pit"))).rejects.toBe(UNREACHABLE);
    expect(await reporting.send(saying("pit"))).toMatchObject({ taken: { no: "1" }, isEarlier: false });
    expect(new Set(register.keys).size).toBe(1);
  });

  it("is taken in with its changed words where what was lost had not arrived", async () => {
    const { register, reporting } = place("lost on the way");
    await expect(reporting.send(saying("pit"))).rejects.toBe(UNREACHABLE);
    expect(await reporting.send(saying("deep pit"))).toMatchObject({ isEarlier: false });
    expect([...register.taken.values()]).toEqual(["deep pit"]);
  });

  it("whose words were changed after it had come in unseen is found again, and taken in no second time", async () => {
    const { register, reporting } = place("answer lost");
    await expect(reporting.send(saying("pit"))).rejects.toBe(UNREACHABLE);
    expect(await reporting.send(saying("deep pit"))).toMatchObject({ taken: { no: "1" }, isEarlier: true });
    expect([...register.taken.values()]).toEqual(["pit"]);
  });

  it("is found among several that were lost", async () => {
    const { register, reporting } = place("lost on the way", "answer lost");
    for (const words of ["pit", "deep pit"]) await expect(reporting.send(saying(words))).rejects.toBe(UNREACHABLE);
    expect(await reporting.send(saying("very deep pit"))).toMatchObject({ taken: { no: "1" }, isEarlier: true });
    expect([...register.taken.values()]).toEqual(["deep pit"]);
  });

  it("leads out of a used key: after that, a press reports another one", async () => {
    const { register, reporting } = place("answer lost");
    await expect(reporting.send(saying("pit"))).rejects.toBe(UNREACHABLE);
    await reporting.send(saying("deep pit"));
    expect(await reporting.send(saying("deep pit"))).toMatchObject({ taken: { no: "2" }, isEarlier: false });
    expect([...register.taken.values()]).toEqual(["pit", "deep pit"]);
  });

  it("gets a new key where it was refused and its words are changed, and keeps it where they are not", async () => {
    const refusal = new Problem("position_far_away", 422, "");
    const { register, reporting } = place(refusal, refusal);
    for (let i = 0; i < 2; i++) await expect(reporting.send(saying("pit"))).rejects.toBe(refusal);
    await reporting.send(saying("deep pit"));
    const [first, second, third] = register.keys;
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it("keeps its key where one try was lost and another refused: the lost one may be in", async () => {
    const { register, reporting } = place("answer lost", new Problem("bad_photo", 422, ""));
    await expect(reporting.send(saying("pit"))).rejects.toBe(UNREACHABLE);
    await expect(reporting.send(saying("photo"))).rejects.toMatchObject({ code: "bad_photo" });
    expect(await reporting.send(saying("deep pit"))).toMatchObject({ isEarlier: true });
    expect([...register.taken.values()]).toEqual(["pit"]);
  });
});
