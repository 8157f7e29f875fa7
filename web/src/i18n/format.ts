/** Numbers, lengths, areas and instants in the reader's language. */
import { HTML_LANG, language } from "./i18n";

function number(value: number, digits: number): string {
  return new Intl.NumberFormat(HTML_LANG[language.get()], { maximumFractionDigits: digits }).format(value);
}

export function integer(value: number): string {
  return number(value, 0);
}

export function length(metres: number): string {
  if (metres < 1) return `${number(metres, 2)} m`;
  return metres < 1000 ? `${number(metres, 0)} m` : `${number(metres / 1000, metres < 10_000 ? 2 : 1)} km`;
}

export function area(squareMetres: number): string {
  if (squareMetres < 100_000) return `${number(squareMetres, 0)} m²`;
  return `${number(squareMetres / 1e6, squareMetres < 1e8 ? 2 : 0)} km²`;
}

/** Date and minute in the city's own time zone, wherever the reader sits. */
export function instant(text: string): string {
  return new Intl.DateTimeFormat(HTML_LANG[language.get()], {
    timeZone: "Asia/Shanghai",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(new Date(text));
}

export function day(text: string): string {
  return new Intl.DateTimeFormat(HTML_LANG[language.get()], {
    timeZone: "Asia/Shanghai",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(new Date(text));
}
