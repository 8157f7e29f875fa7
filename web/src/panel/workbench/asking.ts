/** Small questions: a text, a yes, a day. */
import { t } from "../../i18n/i18n";
import { h } from "../dom";
import { Dialog } from "./dialog";
import { button, field } from "./parts";

export interface TextQuestion {
  readonly title: string;
  readonly label: string;
  readonly value: string;
  readonly longest: number;
  readonly pattern?: string;
  readonly hint?: string;
}

/** What was typed, or null when it was given up. */
export function askForText({ title, label, value, longest, pattern, hint }: TextQuestion): Promise<string | null> {
  const box = h("input", {
    id: "asked-text",
    type: "text",
    maxlength: String(longest),
    pattern: pattern ?? null,
    required: true,
    spellcheck: "false",
  });
  box.value = value;
  return ask(
    title,
    [field(label, box, hint ?? null)],
    t("wb.ok"),
    () => box.value.trim() || null,
    () => box.select(),
  );
}

export function askForDay(title: string, text: string, label: string, first: string): Promise<string | null> {
  const box = h("input", { id: "asked-day", type: "date", min: first, required: true });
  box.value = first;
  return ask(title, [h("p", {}, text), field(label, box)], t("wb.decide"), () => box.value || null);
}

export async function askWhether(title: string, text: string, yes: string): Promise<boolean> {
  return (await ask(title, [h("p", {}, text)], yes, () => "yes")) === "yes";
}

function ask(
  title: string,
  body: readonly HTMLElement[],
  yes: string,
  answer: () => string | null,
  ready: () => void = () => undefined,
): Promise<string | null> {
  return new Promise((resolve) => {
    let given: string | null = null;
    const dialog: Dialog = new Dialog({
      title,
      body,
      buttons: [button(t("wb.cancel"), () => dialog.close()), h("button", { type: "submit", class: "button small strong" }, yes)],
      closed: () => resolve(given),
      submitted: () => {
        given = answer();
        if (given !== null) dialog.close();
      },
    });
    ready();
  });
}
