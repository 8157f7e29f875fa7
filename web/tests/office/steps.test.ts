import { describe, expect, it } from "vitest";
import type { Filing, FilingStep } from "../../src/api/filings";
import { answered, asked, mayAttach, offered, standing } from "../../src/office/steps";
import { allows, type Right } from "../../src/workbench/session";

const step = (kind: string, part: Partial<FilingStep> = {}): FilingStep => ({ seq: 1, kind, at: "", account: "", digest: "", previous_digest: "", ...part });
const asking = [{ unit: "510504001001002", text: "界线不清" }];
const answering = [{ unit: "510504001001002", text: "已沿道路调整" }];

function filing(part: Partial<Filing>): Filing {
  return { state: "received", scope: "510504001001", allowed: ["return", "record", "withdraw"], steps: [], ...part } as Filing;
}

const may =
  (role: string, scope = "") =>
  (right: Right, code: string): boolean =>
    allows([{ role, scope }], right, code);

describe("steps offered", () => {
  it("are those that the state allows and the account may take there", () => {
    expect(offered(filing({}), may("city_office"))).toEqual(["return", "record"]);
    expect(offered(filing({}), may("county_officer", "510504"))).toEqual([]);
    const prepared = filing({ state: "prepared", allowed: ["attach", "submit", "withdraw"] });
    expect(offered(prepared, may("county_officer", "510504"))).toEqual(["submit"]);
    expect(offered(prepared, may("county_officer", "510502"))).toEqual([]);
    expect(offered(prepared, may("town_planner", "510504"))).toEqual([]);
    expect(mayAttach(prepared, may("county_officer", "510504"))).toBe(true);
    expect(mayAttach(prepared, may("city_office"))).toBe(false);
  });
});

describe("corrections", () => {
  const returned = step("returned", { corrections: asking });
  const again = step("returned", { corrections: [{ unit: "510504001001003", text: "名称重复" }] });

  it("are those of the last return, with what the county said of them since", () => {
    const steps = [returned, step("resubmitted", { corrections: answering }), step("received")];
    expect(asked(filing({ steps }))).toEqual(asking);
    expect(answered(filing({ steps }))).toEqual(answering);
    expect(asked(filing({ steps: [...steps, again] }))).toEqual(again.corrections);
    expect(answered(filing({ steps: [...steps, again] }))).toEqual([]);
    expect(asked(filing({ steps: [] }))).toEqual([]);
  });

  it("stand until it is recorded", () => {
    expect(standing(filing({ steps: [returned] }))).toEqual(asking);
    expect(standing(filing({ steps: [returned], state: "recorded" }))).toEqual([]);
  });
});
