/** The live line: what is chosen and what the view holds. */
import { language } from "../i18n/i18n";
import { byId, name } from "./dom";

/** Each topic has its own place, so that the count of a view does not wipe out the news of a choice. */
export type Topic = "choice" | "view" | "incidents";

const HAN = /([\u3400-\u9fff]+)/;
const said = new Map<Topic, () => string>();

/** Texts are given as functions, so that they can be said again in another language. */
export function say(topic: Topic, text: () => string): void {
  said.set(topic, text);
  byId(`status-${topic}`).replaceChildren(...spoken(text()));
}

export function sayAgain(): void {
  for (const [topic, text] of said) say(topic, text);
}

/** Chinese names inside an English sentence are marked as Chinese, so that a screen reader says them right. */
export function spoken(text: string): (Node | string)[] {
  if (language.get() === "zh") return [text];
  return text.split(HAN).filter((part) => part !== "").map((part) => (HAN.test(part) ? name(part) : part));
}
