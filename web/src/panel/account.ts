/** The account box in the head of every page: who is signed in, as what, and signing in and out. */
import { t, tOr } from "../i18n/i18n";
import { said } from "../workbench/problemWords";
import type { SignedIn } from "../workbench/session";
import { byId, h, name } from "./dom";
import { Dialog } from "./workbench/dialog";
import { button, fillBox, icon } from "./workbench/parts";

export interface AccountActs {
  readonly signedIn: SignedIn;
  /** Opens the window for signing in. */
  readonly signIn: () => void;
  /** Signs out, and does what follows from it on the page; where it fails, somebody is still signed in and is told so. */
  readonly signOut: () => Promise<unknown>;
}

/** Shows the box and keeps it up to date; what it returns shows it again, in another language. */
export function startAccount(acts: AccountActs): () => void {
  const show = (): void => render(acts);
  acts.signedIn.session.subscribe(show);
  show();
  return show;
}

function render(acts: AccountActs): void {
  const { account, display_name, grants } = acts.signedIn.session.get();
  if (account === null) return fillBox(byId("account"), button(t("wb.signIn"), acts.signIn, { icon: "person", id: "sign-in" }));
  const roles = [...new Set(grants.map(({ role }) => tOr(`role.${role}`, role)))].join(t("wb.separator"));
  const who = h("span", { class: "who", title: roles }, icon("person"), name(display_name ?? account));
  fillBox(byId("account"), who, button(t("wb.signOut"), () => void signOut(acts), { id: "sign-out" }));
}

async function signOut(acts: AccountActs): Promise<void> {
  try {
    await acts.signOut();
  } catch (error) {
    tellFailed(acts, error);
  }
}

/** Whoever leaves a shared computer has to know that the session is still open. */
function tellFailed(acts: AccountActs, error: unknown): void {
  const again = h("button", { type: "submit", class: "button small strong", id: "sign-out-again" }, t("error.retry"));
  const dialog: Dialog = new Dialog({
    title: t("account.stillIn"),
    body: [h("p", { id: "sign-out-failed", role: "alert" }, `${said(error).text} ${t("account.stillInText")}`)],
    buttons: [button(t("account.stay"), () => dialog.close()), again],
    submitted: () => {
      dialog.close();
      void signOut(acts);
    },
  });
  again.focus();
}
