/** A window that asks for something and sends it: what was typed stays in it until the server has taken it, also over an expired sign-in. */
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { h } from "../dom";
import { Dialog } from "../workbench/dialog";
import { button } from "../workbench/parts";
import { askToSignIn } from "../workbench/signIn";
import type { Editing } from "./codes";
import { isSignedOut } from "./words";

export interface Question {
  readonly title: string;
  readonly body: readonly HTMLElement[];
  readonly yes: string;
  readonly send: (csrf: string | null) => Promise<unknown>;
  readonly done: () => void;
}

export function askAndSend({ signedIn, say }: Editing, { title, body, yes, send, done }: Question): void {
  const problem = h("p", { class: "field-error", role: "alert", id: "send-problem" });
  const submit = h("button", { type: "submit", class: "button small strong", id: "send" }, yes);
  const dialog: Dialog = new Dialog({
    title,
    body: [...body, problem],
    buttons: [button(t("wb.cancel"), () => dialog.close()), submit],
    submitted: () => void attempt(),
  });

  async function attempt(): Promise<void> {
    submit.disabled = true;
    problem.textContent = "";
    try {
      await signedIn.withToken(send);
      dialog.close();
      say(() => t("of.saved"));
      done();
    } catch (error) {
      problem.textContent = isSignedOut(error) ? t("of.signInAgain") : sentence(error);
      if (isSignedOut(error)) askToSignIn({ signedIn, midWork: true, text: t("of.signInAgainText"), done: () => (problem.textContent = ""), givenUp: () => undefined });
    } finally {
      submit.disabled = false;
    }
  }
}

/** The server's own sentence says which of the fields is wrong. */
function sentence(error: unknown): string {
  const { text, detail } = said(error);
  return detail === "" ? text : `${text} ${detail}`;
}
