import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

describe("the house", () => {
  const files = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
    );
  const imports = (path: string): string => readFileSync(path, "utf8");

  it("keeps Leaflet in one folder", () => {
    const users = files("src").filter((path) => /from "leaflet"/.test(imports(path)));
    expect(users.length).toBeGreaterThan(3);
    expect(users.filter((path) => !path.startsWith(join("src", "map")))).toEqual([]);
  });

  it("keeps the model free of the page, the server and the map", () => {
    const wrong = files(join("src", "model")).filter((path) => /from "\.\.\//.test(imports(path)) || /\bdocument\b/.test(imports(path)));
    expect(wrong).toEqual([]);
  });

  it("keeps the topology to itself", () => {
    const wrong = files(join("src", "topology")).filter((path) => {
      const from = [...imports(path).matchAll(/from "([^"]+)"|import\("([^"]+)"\)/g)].map((found) => found[1] ?? found[2]!);
      return from.some((each) => !/^\.\/\w+$/.test(each)) || /\b(document|window|fetch|localStorage|indexedDB)\b[.(]/.test(imports(path));
    });
    expect(files(join("src", "topology")).length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  it("keeps the states of desk, office, report page and workbench free of elements and of the map", () => {
    const states = ["desk", "office", "report", "staff", "workbench"].flatMap((folder) => files(join("src", folder)));
    const wrong = states.filter((path) => /from "\.\.\/(panel|map)\//.test(imports(path)) || /\bdocument\.(create|get|query)/.test(imports(path)));
    expect(states.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  it("sets no markup from text and no inline style in the page", () => {
    expect(files("src").filter((path) => /innerHTML|insertAdjacentHTML|outerHTML/.test(imports(path)))).toEqual([]);
    for (const page of ["index.html", "workbench.html", "desk.html", "indicators.html", "office.html", "report.html", "grid.html", "staff.html"]) expect(readFileSync(page, "utf8")).not.toMatch(/\sstyle=|<style|<script>|https?:\/\//);
  });
});
