/** Numbers, lengths, areas and instants in the reader's language. */
import { HTML_LANG, language } from "./i18n";

function number(value: number, digits: number): string {
  const exactly = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(HTML_LANG[language.get()], exactly).format(value);
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

/** A share from 0 to 1 as whole per cent. */
export function share(value: number): string {
  return `${number(value * 100, 0)} %`;
}

/** A share from 0 to 1 as per cent with one digit. */
export function rate(value: number): string {
  return `${number(value * 100, 1)} %`;
}

export function oneDigit(value: number): string {
  return number(value, 1);
}

/** Always the city's own time zone, wherever the reader sits. */
function dated(text: string, clock: Intl.DateTimeFormatOptions): string {
  const chinese = language.get() === "zh";
  const date = { year: "numeric", month: chinese ? "2-digit" : "short", day: "2-digit" } as const;
  const options = { timeZone: "Asia/Shanghai", ...date, ...clock };
  return new Intl.DateTimeFormat(HTML_LANG[language.get()], options).format(new Date(text));
}

/** Date and minute. */
export function instant(text: string): string {
  return dated(text, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function day(text: string): string {
  return dated(text, {});
}
