/** Words typed about a filing and not sent yet: kept in this tab, so that neither a reload nor an expired sign-in loses them. */
import type { Action, StepBody } from "../api/filings";

export interface Draft {
  readonly action: Action | null;
  readonly note: string;
  readonly document: string;
  /** By the code of a unit, in the order in which they were begun. */
  readonly texts: Readonly<Record<string, string>>;
}

export const EMPTY: Draft = { action: null, note: "", document: "", texts: {} };

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Drafts {
  constructor(private readonly store: () => Store | null) {}

  get(account: string, no: string): Draft {
    try {
      const kept: unknown = JSON.parse(this.store()?.getItem(key(account, no)) ?? "null");
      return kept !== null && typeof kept === "object" ? { ...EMPTY, ...kept } : EMPTY;
    } catch {
      return EMPTY;
    }
  }

  put(account: string, no: string, draft: Draft): void {
    try {
      if (isEmpty(draft)) this.store()?.removeItem(key(account, no));
      else this.store()?.setItem(key(account, no), JSON.stringify(draft));
    } catch {
      // storage may be full or forbidden; the words are still in the page
    }
  }
}

function isEmpty({ action, note, document, texts }: Draft): boolean {
  return action === null && note === "" && document === "" && Object.keys(texts).length === 0;
}

const key = (account: string, no: string): string => `wangge.filing.${account}.${no}`;

/** What is sent of a draft. Rows left empty are not. */
export function bodyOf({ action, note, document, texts }: Draft): StepBody {
  const corrections = Object.entries(texts)
    .filter(([, text]) => text.trim() !== "")
    .map(([unit, text]) => ({ unit, text }));
  if (action === "record") return { note, document_no: document };
  return action === "return" || action === "resubmit" ? { note, corrections } : { note };
}

/** Whether it says enough to be sent: a return what to correct, a recording its number. */
export function isSendable(draft: Draft): boolean {
  const { corrections = [], note = "", document_no } = bodyOf(draft);
  if (draft.action === "return") return corrections.length > 0 || note.trim() !== "";
  return draft.action !== null && (draft.action !== "record" || document_no!.trim() !== "");
}
