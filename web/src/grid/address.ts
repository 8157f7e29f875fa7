/** What the page's address asks for: a grid by its code, as on a notice board, or a worker's badge, as on an ID card. */
export type Wanted =
  | { readonly kind: "nothing" }
  | { readonly kind: "grid"; readonly code: string }
  | { readonly kind: "badge"; readonly no: string };

const NOTHING: Wanted = { kind: "nothing" };
const GRID = /^\d{15}$/;
const LONGEST_BADGE = 20;

/** Of `#510502001001001` or `#badge=W…`; what cannot be read asks for nothing. */
export function wantedOf(hash: string): Wanted {
  const text = decoded(hash.replace(/^#/, ""));
  if (GRID.test(text)) return { kind: "grid", code: text };
  const no = badgeNo(/^badge=(.*)$/.exec(text)?.[1] ?? "");
  return no === "" ? NOTHING : { kind: "badge", no };
}

/** A badge's number as people write it: small letters, blanks and hyphens do not count. */
export function badgeNo(text: string): string {
  const plain = text.replace(/[\s-]/g, "").toUpperCase();
  return plain.length <= LONGEST_BADGE && /^[0-9A-Z]+$/.test(plain) ? plain : "";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** A telephone number as a link dials it; null where it is none. */
export function dialled(phone: string): string | null {
  const digits = phone.replace(/[^\d+]/g, "");
  return /^\+?\d{3,15}$/.test(digits) ? `tel:${digits}` : null;
}
