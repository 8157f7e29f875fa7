/** What a failure says to the reader, and what to do. */
import { isAbort, Problem } from "../api/client";
import { t } from "../i18n/i18n";
import { h } from "./dom";

export function problemText(error: unknown): string {
  if (!(error instanceof Problem)) return t("error.server", { code: error instanceof Error ? error.name : "unknown" });
  if (error.code === "network") return t("error.network");
  if (error.code === "timeout") return t("error.timeout");
  if (error.status === 404) return t("error.notFound");
  return t(error.status >= 400 && error.status < 500 ? "error.request" : "error.server", { code: error.code });
}

export function problemBox(error: unknown, retry: () => void): HTMLElement {
  return h(
    "div",
    { class: "problem" },
    h("p", {}, problemText(error)),
    h("button", { type: "button", class: "button", onclick: retry }, t("error.retry")),
  );
}

/** Runs the newest request only: starting one gives up the one before, whose failure is then nobody's. */
export class Latest {
  private current: AbortController | null = null;

  async run<T>(work: (signal: AbortSignal) => Promise<T>, done: (value: T) => void, failed: (error: unknown) => void): Promise<void> {
    this.cancel();
    const mine = new AbortController();
    this.current = mine;
    try {
      const value = await work(mine.signal);
      if (this.current === mine) done(value);
    } catch (error) {
      if (this.current === mine && !isAbort(error)) failed(error);
    }
  }

  cancel(): void {
    this.current?.abort();
    this.current = null;
  }
}
