/** What reports of the desk and of the phone have in common. */

/** The server takes no more with one report. */
export const MOST_PHOTOS = 5;

/** An Idempotency-Key. randomUUID is kept from pages without https, which government networks often are. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
