/** The language switch of a page: the document's language and title, and everything that is said again after a switch. */
import { chooseLanguage, HTML_LANG, language, rememberedLanguage, t, type Language } from "../i18n/i18n";
import { translatePage } from "../i18n/static";
import { byId } from "./dom";
import { sayAgain, say } from "./status";

export interface Spoken {
  readonly title: () => string;
  /** Says again what the page has built; called at the start too. */
  readonly again: () => void;
  /** Whether the live line says which language was chosen. */
  readonly isTold?: boolean;
}

const NAMES: Readonly<Record<Language, string>> = { zh: "中文", en: "English" };

export const otherThan = (one: Language): Language => (one === "zh" ? "en" : "zh");

/** Takes the language that was chosen last, and wires the switch. What it returns says title and markup again, as once the city is known. */
export function startLanguage({ title, again, isTold = false }: Spoken): () => void {
  const sayPage = (): void => {
    translatePage(document);
    sayAgain();
    document.title = title();
    showOther(otherThan(language.get()));
  };
  const sayAll = (): void => {
    sayPage();
    again();
  };
  chooseLanguage(rememberedLanguage());
  sayAll();
  language.subscribe(sayAll);
  byId("language").addEventListener("click", () => {
    chooseLanguage(otherThan(language.get()));
    if (isTold) say("choice", () => t("status.language"));
  });
  return sayPage;
}

/** The switch bears the name of the other language, in that language. */
function showOther(other: Language): void {
  byId("language").textContent = NAMES[other];
  byId("language").lang = HTML_LANG[other];
}
