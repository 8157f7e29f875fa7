/** What has to be told over the map: conflicts, refusals of the server, another tab; each with what can be done about it. */
import type { Problem } from "../../api/client";
import { language, t, tOr, type Language } from "../../i18n/i18n";
import { EDITABLE_STATES, type Conflict } from "../../api/changeSets";
import { instant } from "../../i18n/format";
import { rebase, takeTheirs } from "../../workbench/conflicts";
import type { Desk } from "../../workbench/desk";
import { inWords, namerAt } from "../../workbench/describing";
import type { Message } from "../../workbench/messages";
import { said } from "../../workbench/problemWords";
import type { SaveState } from "../../workbench/saving";
import { h } from "../dom";
import { button, fillBox, iconButton, words } from "./parts";

type Tone = "info" | "bad";

interface Notice {
  readonly id: string;
  readonly tone: Tone;
  readonly text: string;
  readonly detail?: string;
  /** Change sets of others, of which it comes. */
  readonly between?: readonly Conflict[];
  readonly buttons?: readonly HTMLElement[];
  readonly dismiss?: () => void;
}

/** A rebuilt box is read out again, so it is rebuilt only when it says something else. */
let shown = "";

export function renderNotices(desk: Desk, box: HTMLElement): void {
  const notices = [...standing(desk), ...desk.messages.get().map((message) => noticeOf(desk, message))];
  const now = JSON.stringify([language.get() satisfies Language, ...notices.map(({ id, text, detail, between }) => [id, text, detail, between])]);
  if (now === shown) return;
  shown = now;
  fillBox(box, ...notices.map(noticeBox));
}

function noticeBox({ id, tone, text, detail, between, buttons, dismiss }: Notice): HTMLElement {
  const close = dismiss ? iconButton("close", t("wb.dismiss"), dismiss) : null;
  return h(
    "div",
    { class: `wb-notice is-${tone}`, role: tone === "bad" ? "alert" : "status", "data-notice": id },
    h("div", { class: "notice-text" }, words(text, "p"), ...conflictWords(between ?? []), detail ? h("p", { class: "muted", lang: "en" }, detail) : null),
    buttons ? h("div", { class: "notice-buttons" }, ...buttons) : null,
    close,
  );
}

/** What holds as long as the state does. */
function standing(desk: Desk): Notice[] {
  const found: Notice[] = [];
  const hindrance = desk.store.readOnly.get();
  const state = desk.saver.state.get();
  if (hindrance?.kind === "other_tab") found.push(otherTab(desk));
  if (state.kind === "conflict") found.push(conflict(desk, state));
  if (!desk.saver.journalled.get()) found.push({ id: "journal", tone: "bad", text: t("wb.journalFailed") });
  return found;
}

function otherTab(desk: Desk): Notice {
  const take = button(t("wb.takeOver"), () => void desk.takeOver(), { strong: true, id: "take-over" });
  return { id: "other_tab", tone: "info", text: t("wb.otherTab"), buttons: [take] };
}

/** Whose change it was: the one who decided it or, of an edit, the one who holds the set. */
function conflict(desk: Desk, { found, by }: Extract<SaveState, { kind: "conflict" }>): Notice {
  const { state } = found;
  const own = desk.saver.wants().length;
  const who = found.decided_by ?? by ?? t("wb.somebody");
  const isEdited = EDITABLE_STATES.includes(state);
  const text = isEdited
    ? t("wb.conflictEdited", { who, n: found.commands.length, own })
    : t("wb.conflictState", { who, state: tOr(`change.state.${state}`, state) });
  const onTop = button(t("wb.rebase"), () => void attempt(desk, () => rebase(desk)), { strong: true, id: "rebase" });
  const theirs = button(t("wb.takeTheirs"), () => void attempt(desk, () => takeTheirs(desk)), { id: "take-theirs" });
  return { id: "conflict", tone: "bad", text, buttons: isEdited ? [onTop, theirs] : [theirs] };
}

export async function attempt(desk: Desk, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    desk.tell({ kind: "failed", error });
  }
}

function noticeOf(desk: Desk, message: Message): Notice {
  const dismiss = (): void => desk.dismiss(message);
  switch (message.kind) {
    case "refused":
      return refused(desk, message, dismiss);
    case "disagreed":
      return disagreed(message, dismiss);
    case "stale":
      return stale(desk, message);
    case "restored":
      return { id: "restored", tone: "info", text: t("wb.restored", { n: message.count }), dismiss };
    case "rebased":
      return {
        id: "rebased",
        tone: "info",
        text: t(message.lost > 0 ? "wb.rebasedLost" : "wb.rebased", { n: message.count, lost: message.lost }),
        dismiss,
      };
    case "failed": {
      const { text, detail } = said(message.error);
      return { id: "failed", tone: "bad", text, detail, dismiss };
    }
  }
}

function disagreed({ units, conflicts }: Extract<Message, { kind: "disagreed" }>, dismiss: () => void): Notice {
  const text = t(conflicts.length > 0 ? "wb.mapMoved" : "wb.disagreed", { n: units.length });
  return { id: "disagreed", tone: "bad", text, between: conflicts, dismiss };
}

function refused(desk: Desk, { position, command, error }: Extract<Message, { kind: "refused" }>, dismiss: () => void): Notice {
  const { text, detail } = said(error);
  const what = command === null ? `${position}` : inWords(command, namerAt(desk.store.work.get(), position, desk.store.today.get()));
  return { id: "refused", tone: "bad", text: t("wb.takenBack", { n: position, what, why: text }), detail, between: betweenOf(error), dismiss };
}

function stale(desk: Desk, { position, error }: Extract<Message, { kind: "stale" }>): Notice {
  const { text, detail } = said(error);
  const back = button(t("wb.takeBackFrom", { n: position }), () => desk.takeBackFrom(position), { id: "take-back-from" });
  const again = button(t("wb.reload"), () => void desk.go(desk.address.get()), { id: "reload" });
  return { id: "stale", tone: "bad", text: t("wb.stale", { n: position, why: text }), detail, between: betweenOf(error), buttons: [back, again] };
}

/** Whose decisions stand behind a command that fails, as the server names them. */
function betweenOf({ details }: Problem): readonly Conflict[] {
  return Array.isArray(details["conflicts"]) ? (details["conflicts"] as Conflict[]) : [];
}

/** Change sets of others, as a check or a refusal names them. */
export function conflictWords(conflicts: readonly Conflict[]): HTMLElement[] {
  return conflicts.map(({ change_set, title, decided_by, decided_at, units }) =>
    words(
      t("wb.decidedBetween", {
        set: change_set,
        title,
        who: decided_by ?? t("wb.somebody"),
        when: decided_at === null ? "" : instant(decided_at),
        units: units.join(t("wb.separator")),
      }),
      "p",
    ),
  );
}
