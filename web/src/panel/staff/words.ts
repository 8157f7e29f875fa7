/** Words that the tabs share. */
import type { GridWorker } from "../../api/gridWorkers";
import { t, tOr } from "../../i18n/i18n";
import { lacks } from "../../staff/workers";
import { h, name } from "../dom";

export const kindText = (kind: string): string => tOr(`st.kind.${kind}`, kind);

export const roleText = (role: string): string => tOr(`st.role.${role}`, role);

export function tag(text: string, look: "good" | "bad" | "plain" = "plain"): HTMLElement {
  return h("span", { class: `staff-tag is-${look}` }, text);
}

/** Qualified or what is missing, absent, no longer in service. */
export function stateTags(worker: GridWorker): HTMLElement {
  const missing = lacks(worker).map((lack) => tag(t(`st.lacks.${lack}`), "bad"));
  const tags = worker.active ? (missing.length > 0 ? missing : [tag(t("st.qualified"), "good")]) : [tag(t("st.inactive"))];
  return h("span", { class: "staff-tags" }, ...tags, worker.active && worker.absent && tag(t("st.absent")));
}

/** A grid's name over its code. */
export function gridCell(grid: { readonly code: string; readonly name: string }): HTMLElement {
  return h("span", {}, name(grid.name), h("span", { class: "under" }, grid.code));
}
