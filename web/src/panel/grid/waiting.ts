/** How long a server that was asked too often wants one to wait. */
import type { Problem } from "../../api/client";
import { integer } from "../../i18n/format";

/** Whole minutes, at least one. */
export function minutes({ details }: Problem): string {
  const wait = details["wait_s"];
  return integer(Math.max(1, Math.ceil((typeof wait === "number" ? wait : 60) / 60)));
}
