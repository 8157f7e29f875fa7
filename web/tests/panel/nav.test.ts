import { describe, expect, it } from "vitest";
import type { Grant, Session } from "../../src/api/session";
import { otherThan } from "../../src/panel/language";
import { pagesFor } from "../../src/panel/nav";
import { PUBLIC } from "../../src/workbench/session";

const withRoles = (...roles: string[]): Session => {
  const grants = roles.map((role): Grant => ({ role, scope: "510502001" }));
  return { account: "zhao", display_name: null, grants, csrf_token: "t" };
};
const pagesOf = (session: Session): string[] => pagesFor(session).map(({ page }) => page);

describe("the menu of pages", () => {
  it("leads the public to what it may look at, and nowhere into an office", () => {
    expect(pagesOf(PUBLIC)).toEqual(["map", "grid", "report", "desk", "indicators", "workbench"]);
  });

  it("leads an account to what its roles allow", () => {
    expect(pagesOf(withRoles("dispatcher"))).toEqual(["map", "grid", "report", "desk", "indicators", "workbench"]);
    expect(pagesOf(withRoles("community"))).toContain("staff");
    expect(pagesOf(withRoles("community"))).not.toContain("office");
    expect(pagesOf(withRoles("city_office"))).toContain("office");
    expect(pagesOf(withRoles("county_officer"))).toEqual(expect.arrayContaining(["staff", "office"]));
  });

  it("leads who may see no incident neither to the desk nor to the indicators", () => {
    expect(pagesOf(withRoles("admin"))).toEqual(["map", "grid", "report", "workbench"]);
    expect(pagesOf(withRoles())).not.toContain("desk");
  });
});

describe("the language switch", () => {
  it("offers the language that is not shown", () => {
    expect(otherThan("zh")).toBe("en");
    expect(otherThan("en")).toBe("zh");
  });
});
