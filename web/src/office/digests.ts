/** Digests as somebody types them from a stamped form: in groups, in capitals, several at once. */

const MOST = 20;

/** Each of 64 hexadecimal digits; null where something else was typed. */
export function digestsIn(text: string): readonly string[] | null {
  const digits = text.toLowerCase().replace(/[\s,;:·，；、-]+/g, "");
  if (digits === "" || digits.length % 64 !== 0 || /[^0-9a-f]/.test(digits) || digits.length > MOST * 64) return null;
  return digits.match(/.{64}/g)!;
}
