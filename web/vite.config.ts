import { defineConfig } from "vitest/config";

// Where `npm run dev` finds the server; the built page always talks to the host that served it.
const server = "http://127.0.0.1:8000";

export default defineConfig({
  build: {
    // Domestic browsers in government offices often lag years behind; 360 and QQ ship Chromium 87 and later.
    target: ["chrome87", "firefox85", "safari14"],
    // The content security policy allows 'self' only, so no picture may become a data: address.
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: { input: { map: "index.html", workbench: "workbench.html", desk: "desk.html", indicators: "indicators.html", office: "office.html", report: "report.html", grid: "grid.html", staff: "staff.html" } },
  },
  server: { proxy: { "/api": server, "/tiles": server } },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
