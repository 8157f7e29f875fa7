/** The inbox: lanes with their counts, the county, and the filings of the lane. */
import type { FilingLine } from "../../api/filings";
import { day, instant, integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import type { OfficeDesk } from "../../office/desk";
import { inLane, isCut, lanesFor, type Lane } from "../../office/lanes";
import { allowsSomewhere } from "../../workbench/session";
import { h, name } from "../dom";
import { fillBox, working } from "../workbench/parts";
import type { CountyFilter } from "./counties";
import { failure, stateChip, type Ways } from "./words";

export interface InboxActs extends Ways {
  readonly lane: () => Lane;
  readonly chosen: () => string | null;
  readonly toLane: (lane: Lane) => void;
  readonly open: (no: string) => void;
}

export class InboxPanel {
  readonly element = h("section", { class: "inbox" });
  private readonly lanes = h("div", { class: "lanes", role: "group" });
  private readonly list = h("div", { class: "inbox-list" });

  constructor(
    private readonly desk: OfficeDesk,
    private readonly counties: CountyFilter,
    private readonly acts: InboxActs,
  ) {
    this.element.append(this.lanes, counties.element, this.list);
  }

  render(): void {
    const told = this.desk.inbox.get();
    this.element.setAttribute("aria-label", t("of.inbox"));
    this.lanes.setAttribute("aria-label", t("of.lanes"));
    this.counties.render();
    this.lanes.hidden = this.counties.element.hidden = told.kind === "failed" || told.kind === "none";
    if (told.kind === "failed") return fillBox(this.list, failure(told.error, this.acts));
    if (told.kind !== "told") return fillBox(this.list, told.kind === "working" ? working(t("of.loading")) : null);
    const { filings, truncated } = told.answer;
    this.renderLanes(filings, truncated);
    this.renderList(inLane(this.acts.lane(), filings), isCut(this.acts.lane(), truncated));
  }

  private renderLanes(filings: readonly FilingLine[], truncated: readonly string[]): void {
    const submits = allowsSomewhere(this.desk.signedIn.session.get().grants, "filing.submit");
    const buttons = lanesFor(submits, filings).map((lane) => {
      const count = inLane(lane, filings).length;
      const urgent = lane === "overdue" && count > 0;
      const pressed = String(lane === this.acts.lane());
      return h(
        "button",
        { type: "button", class: urgent ? "lane is-urgent" : "lane", id: `lane-${lane}`, "aria-pressed": pressed, onclick: () => this.acts.toLane(lane) },
        h("span", {}, t(`of.lane.${lane}`)),
        h("span", { class: "lane-count" }, isCut(lane, truncated) ? `${integer(count)}+` : integer(count)),
      );
    });
    fillBox(this.lanes, ...buttons);
  }

  private renderList(filings: readonly FilingLine[], hasMore: boolean): void {
    if (filings.length === 0) return fillBox(this.list, h("p", { class: "muted inbox-empty" }, t(`of.empty.${this.acts.lane()}`)));
    const more = hasMore ? h("p", { class: "muted" }, t("of.truncated")) : null;
    fillBox(this.list, h("ol", { class: "filing-rows" }, ...filings.map((one) => h("li", {}, this.row(one)))), more);
  }

  private row(filing: FilingLine): HTMLElement {
    const isOpen = filing.no === this.acts.chosen();
    return h(
      "button",
      { type: "button", class: "filing-row", id: `row-${filing.no}`, "aria-current": isOpen ? "true" : null, onclick: () => this.acts.open(filing.no) },
      h("span", { class: "filing-line" }, h("span", { class: "digits filing-no" }, filing.no), stateChip(filing.state)),
      h("span", { class: "filing-title" }, name(filing.title)),
      h("span", { class: "filing-line muted" }, this.counties.nameOf(filing.scope.slice(0, 6)), whenOf(filing)),
    );
  }
}

/** Of what the county still has in hand the due day counts, of all else since when it is so. */
function whenOf(filing: FilingLine): HTMLElement {
  if (filing.state !== "prepared") return h("span", {}, instant(filing.state_since));
  const text = t(filing.overdue ? "of.overdueSince" : "of.dueOn", { day: day(filing.due_on) });
  return h("span", { class: filing.overdue ? "overdue" : null }, text);
}
