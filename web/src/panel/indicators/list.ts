/** The window with the incidents behind a number. */
import { listBehind, type CountedIncident, type CountedIncidents } from "../../api/indicators";
import type { Query } from "../../api/client";
import { instant, integer, oneDigit } from "../../i18n/format";
import { language, t, tOr } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { Dialog } from "../workbench/dialog";
import { button, fillBox, working } from "../workbench/parts";

const PAGE = 100;

export interface Listing {
  readonly title: string;
  /** Of whom or what, where the title does not say it. */
  readonly about?: Node;
  readonly meaning: string;
  readonly query: Query;
  /** Where the list comes from; by default from the indicators. */
  readonly ask?: (query: Query, signal: AbortSignal) => Promise<CountedIncidents>;
}

export function showList({ title, about, meaning, query, ask = listBehind }: Listing): void {
  const box = h("div", { class: "behind", id: "behind", tabindex: "0", role: "region", "aria-label": title });
  const count = h("p", { role: "status" });
  const rows = h("tbody");
  const ended = new AbortController();
  let isLoading = false;
  const close = button(t("in.close"), () => dialog.close(), { id: "close-list" });
  const dialog = new Dialog({
    title,
    body: [about ? h("p", {}, about) : null, h("p", { class: "muted" }, meaning), count, box],
    buttons: [close],
    closed: () => ended.abort(),
    submitted: () => undefined,
  });
  void load("");

  async function load(after: string): Promise<void> {
    if (isLoading) return; // pressed twice, the same incidents would be listed twice
    isLoading = true;
    fillBox(count, working(t("in.loading")));
    try {
      show(await ask({ ...query, after, limit: PAGE }, ended.signal));
    } catch (error) {
      if (!ended.signal.aborted) fillBox(count, h("span", {}, said(error).text, " "), button(t("error.retry"), () => void load(after)));
    } finally {
      isLoading = false;
    }
  }

  function show(page: CountedIncidents): void {
    rows.append(...page.incidents.map(line));
    const shown = rows.children.length;
    const more = page.next !== null && shown < page.total && button(t("in.more"), () => void load(page.next!), { id: "more-behind" });
    count.replaceChildren(t("in.listed", { n: integer(page.total), shown: integer(shown) }));
    const hasHours = page.incidents.some(({ hours }) => hours !== null);
    const headings = ["in.no", "in.matter", "in.state", "in.reportedAt", "in.dueAt", "in.closedAt"] as const;
    const head = h("tr", {}, ...headings.map((key) => h("th", { scope: "col" }, t(key))), hasHours && h("th", { scope: "col" }, t("in.hours")));
    fillBox(box, h("table", {}, h("thead", {}, head), rows), more);
  }
}

function line(one: CountedIncident): HTMLElement {
  const moment = (text: string | null): HTMLElement => h("td", {}, text === null ? "—" : instant(text));
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("a", { class: "link", href: `/desk.html#${one.no}` }, one.no)),
    h("td", {}, language.get() === "en" ? one.matter_en : name(one.matter_zh)),
    h("td", {}, tOr(`state.${one.state}`, one.state)),
    moment(one.reported_at),
    moment(one.due_at),
    moment(one.closed_at),
    one.hours !== null && h("td", {}, t("in.hoursValue", { n: oneDigit(one.hours) })),
  );
}
