import { describe, expect, it } from "vitest";
import { bodyOf, Drafts, EMPTY, isSendable, type Draft } from "../../src/office/drafts";

class Kept {
  readonly held = new Map<string, string>();
  getItem = (key: string): string | null => this.held.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.held.set(key, value);
  removeItem = (key: string): void => void this.held.delete(key);
}

const RETURN: Draft = { ...EMPTY, action: "return", note: "请更正", texts: { "510504001001002": "界线不清", "510504001001003": "  " } };

describe("words typed about a filing", () => {
  it("are kept by account and filing until they are sent", () => {
    const kept = new Kept();
    const drafts = new Drafts(() => kept);
    drafts.put("wang", "BA1", RETURN);
    expect(new Drafts(() => kept).get("wang", "BA1")).toEqual(RETURN);
    expect(drafts.get("li", "BA1")).toEqual(EMPTY);
    expect(drafts.get("wang", "BA2")).toEqual(EMPTY);
    drafts.put("wang", "BA1", EMPTY);
    expect(kept.held.size).toBe(0);
  });

  it("do without a storage that is forbidden or holds rubbish", () => {
    const forbidden = new Drafts(() => {
      throw new Error("SecurityError");
    });
    forbidden.put("wang", "BA1", RETURN);
    expect(forbidden.get("wang", "BA1")).toEqual(EMPTY);
    expect(new Drafts(() => ({ ...new Kept(), getItem: () => "{" })).get("wang", "BA1")).toEqual(EMPTY);
  });

  it("are sent without rows left empty", () => {
    expect(bodyOf(RETURN)).toEqual({ note: "请更正", corrections: [{ unit: "510504001001002", text: "界线不清" }] });
    expect(bodyOf({ ...RETURN, action: "receive" })).toEqual({ note: "请更正" });
    expect(bodyOf({ ...EMPTY, action: "record", document: "泸网格备〔2026〕12号" })).toEqual({ note: "", document_no: "泸网格备〔2026〕12号" });
  });

  it("say enough or cannot be sent", () => {
    expect(isSendable({ ...EMPTY, action: "return" })).toBe(false);
    expect(isSendable({ ...EMPTY, action: "return", texts: { "510504001001002": " " } })).toBe(false);
    expect(isSendable({ ...EMPTY, action: "return", note: "见附件" })).toBe(true);
    expect(isSendable({ ...EMPTY, action: "record", document: " " })).toBe(false);
    expect(isSendable({ ...EMPTY, action: "receive" })).toBe(true);
    expect(isSendable(EMPTY)).toBe(false);
  });
});
