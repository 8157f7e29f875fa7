/** The window for signing in, at the beginning and in the middle of work. */
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import type { SignedIn } from "../../workbench/session";
import { h } from "../dom";
import { Dialog } from "./dialog";
import { button, field } from "./parts";

let open: Dialog | null = null;

export interface SigningIn {
  readonly signedIn: SignedIn;
  /** In the middle of work: what is not saved yet stays in the browser. */
  readonly midWork: boolean;
  /** What it is good for, where it is not the workbench that is signed in to. */
  readonly title?: string;
  readonly text?: string;
  readonly done: () => void;
  readonly givenUp: () => void;
}

export function askToSignIn({ signedIn, midWork, title, text, done, givenUp }: SigningIn): void {
  if (open !== null) return;
  const name = h("input", {
    id: "sign-in-name",
    type: "text",
    autocomplete: "username",
    maxlength: "100",
    required: true,
    spellcheck: "false",
  });
  const password = h("input", {
    id: "sign-in-password",
    type: "password",
    autocomplete: "current-password",
    maxlength: "256",
    required: true,
  });
  const failed = h("p", { class: "field-error", role: "alert", id: "sign-in-error" });
  const submit = h("button", { type: "submit", class: "button small strong" }, t("wb.signIn"));
  let isDone = false;
  const dialog = new Dialog({
    title: title ?? t(midWork ? "wb.signInAgain" : "wb.signInTitle"),
    body: [
      h("p", { class: "muted" }, text ?? t(midWork ? "wb.signInAgainText" : "wb.signInText")),
      field(t("wb.account"), name),
      field(t("wb.password"), password),
      failed,
    ],
    buttons: [button(t("wb.notNow"), () => dialog.close()), submit],
    closed: () => {
      open = null;
      if (!isDone) givenUp();
    },
    submitted: () => void attempt(),
  });
  open = dialog;
  name.value = signedIn.account() ?? "";
  if (name.value !== "") password.focus();

  async function attempt(): Promise<void> {
    submit.disabled = true;
    failed.textContent = "";
    try {
      await signedIn.signIn(name.value.trim(), password.value);
      isDone = true;
      dialog.close();
      done();
    } catch (error) {
      failed.textContent = said(error).text;
      password.select();
    } finally {
      submit.disabled = false;
    }
  }
}
