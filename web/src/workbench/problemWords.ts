/** A failure in the reader's language: our own sentence for its code, and the server's words beside it. */
import { isAbort, Problem } from "../api/client";
import { isKey, language, t } from "../i18n/i18n";

export interface Said {
  readonly text: string;
  /** The server's own sentence, in English; empty where it adds nothing. */
  readonly detail: string;
}

export function said(error: unknown): Said {
  if (isAbort(error) || !(error instanceof Problem))
    return { text: t("wb.unexpected"), detail: error instanceof Error ? error.message : "" };
  if (error.code === "network" || error.code === "timeout") return { text: t(`error.${error.code}`), detail: "" };
  const key = `refusal.${error.code}`;
  if (language.get() === "en") return { text: error.detail || fallback(key, error), detail: "" };
  return { text: fallback(key, error), detail: error.detail };
}

function fallback(key: string, error: Problem): string {
  if (isKey(key)) return t(key);
  return t(error.status >= 500 ? "error.server" : "error.request", { code: error.code });
}

/** The sentence of a refusal that the page made itself. */
export function refusalText(code: string): string {
  const key = `refusal.${code}`;
  return isKey(key) ? t(key) : t("error.request", { code });
}
