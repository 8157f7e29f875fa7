/** A window that asks for some values and sends them; it stays open, with the reason, until the server has taken them. */
import { isAbort } from "../../api/client";
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { h } from "../dom";
import { Dialog } from "../workbench/dialog";
import { button, field, select, words, type Option } from "../workbench/parts";

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
export type Given = Readonly<Record<string, string>>;

export interface Asked {
  readonly name: string;
  readonly label: string;
  readonly control: Control;
  readonly hint?: string;
}

export interface Wish {
  readonly title: string;
  readonly text?: string;
  readonly asked: readonly Asked[];
  readonly yes: string;
  readonly isDanger?: boolean;
  /** Sends what was given, by the names of what is asked. */
  readonly send: (given: Given) => Promise<void>;
}

export function askFor({ title, text, asked, yes, isDanger, send }: Wish): void {
  const failed = h("p", { class: "field-error", role: "alert", id: "ask-error" });
  const submit = h("button", { type: "submit", class: `button small ${isDanger ? "danger" : "strong"}`, id: "ask-submit" }, yes);
  const dialog: Dialog = new Dialog({
    title,
    body: [text ? words(text, "p") : null, ...asked.map(({ label, control, hint }) => field(label, control, hint ?? null)), failed],
    buttons: [button(t("wb.cancel"), () => dialog.close()), submit],
    submitted: () => void attempt(),
  });

  async function attempt(): Promise<void> {
    if (submit.disabled) return; // pressed twice, a record would be entered twice
    submit.disabled = true;
    failed.textContent = "";
    try {
      await send(Object.fromEntries(asked.map(({ name, control }) => [name, control.value.trim()])));
      dialog.close();
    } catch (error) {
      if (!isAbort(error)) failed.textContent = said(error).text;
    } finally {
      submit.disabled = false;
    }
  }
}

const idOf = (name: string): string => `ask-${name}`;

export interface TextLook {
  readonly value?: string;
  readonly longest?: number;
  readonly required?: boolean;
  readonly type?: "text" | "tel" | "number" | "date";
  readonly limits?: Readonly<Record<string, string>>;
  readonly hint?: string;
}

export function askText(name: string, label: string, { value = "", longest = 100, required = true, type = "text", limits = {}, hint }: TextLook = {}): Asked {
  const control = h("input", { id: idOf(name), type, maxlength: type === "text" || type === "tel" ? String(longest) : null, required, spellcheck: "false", autocomplete: "off", ...limits });
  control.value = value;
  return { name, label, control, ...(hint === undefined ? {} : { hint }) };
}

export function askWords(name: string, label: string, { value = "", longest = 2000, required = true }: TextLook = {}): Asked {
  const control = h("textarea", { id: idOf(name), rows: "4", maxlength: String(longest), required });
  control.value = value;
  return { name, label, control };
}

export function askChoice(name: string, label: string, options: readonly Option<string>[], value: string): Asked {
  return { name, label, control: select(idOf(name), options, value) };
}

/** The options are names out of the data, Chinese whatever the language of the interface; one without a value is ours. */
export function askName(name: string, label: string, options: readonly Option<string>[], value: string): Asked {
  const asked = askChoice(name, label, options, value);
  for (const one of asked.control.querySelectorAll("option")) if (one.value !== "") one.lang = "zh-CN";
  return asked;
}
