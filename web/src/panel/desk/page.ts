/** The desk's page: list, map and card side by side, kept in step. */
import { getDuties, type DeskRow, type Possible, type Taken } from "../../api/desk";
import { getUnit, locate } from "../../api/endpoints";
import type { IncidentFeature, Meta } from "../../api/types";
import type { IncidentDesk } from "../../desk/desk";
import { t } from "../../i18n/i18n";
import { startAccount } from "../account";
import { byId } from "../dom";
import { Latest } from "../problems";
import { say } from "../status";
import { askToSignIn } from "../workbench/signIn";
import { askToAct } from "./acting";
import { emptyCard, failedCard, incidentCard, waitingCard, type CardActs } from "./card";
import { gridCard } from "./gridCard";
import { DeskMap } from "./deskMap";
import { FormKeeper } from "./formKeeper";
import { showHelp } from "./help";
import { bindKeys } from "./keys";
import { showLink } from "./link";
import { DeskList } from "./list";
import { ReportForm } from "./reportForm";
import { actionText, matterText } from "./words";

const TICK_MS = 20_000;
const CLOSE_ZOOM = 16;
type View = "list" | "map" | "card";

export class DeskPage {
  private readonly map: DeskMap;
  private readonly list: DeskList;
  private readonly grids = new Latest();
  private readonly showAccount: () => void;
  private readonly forms = new FormKeeper<ReportForm>();
  private gridShown: string | null = null;

  constructor(
    private readonly desk: IncidentDesk,
    private readonly meta: Meta,
  ) {
    this.map = new DeskMap(desk, meta, {
      placeChosen: (lon, lat) => this.placeChosen(lon, lat),
      incidentChosen: (incident) => (this.forms.shown ? this.forms.shown.put(...pointOf(incident)) : this.choose(incident.properties.no)),
    });
    this.list = new DeskList(desk, meta, (no) => this.choose(no));
    this.showAccount = startAccount({ signedIn: desk.signedIn, signIn: () => this.signIn(), signOut: () => this.signOut() });
    this.subscribe();
    this.translate();
    window.setInterval(() => this.list.render(), TICK_MS);
  }

  private subscribe(): void {
    const { desk } = this;
    for (const one of [desk.link, desk.error]) one.subscribe(() => this.showLink());
    desk.signedIn.session.subscribe(() => this.showRights());
    desk.chosen.subscribe(() => this.showChosen());
    desk.told.subscribe((events) => this.tell(events));
    desk.gone.subscribe((numbers) => say("incidents", () => t("dk.gone", { no: numbers.join(t("wb.separator")) })));
    byId("new-report").addEventListener("click", () => this.openReport());
    byId("help").addEventListener("click", showHelp);
    bindKeys({
      close: () => this.close(),
      chooseLane: (lane) => this.list.chooseLane(lane),
      step: (by) => this.list.step(by),
      report: () => this.openReport(),
      search: () => this.search(),
      actionOf: (action) => this.actionOf(action),
    });
    for (const one of byId("views").querySelectorAll<HTMLElement>("button")) one.addEventListener("click", () => this.look(one.dataset["view"] as View));
  }

  translate(): void {
    this.map.translate();
    this.list.translate();
    this.showLink();
    this.showRights();
    this.showAccount();
    if (!this.forms.shown) this.showChosen();
  }

  private showLink(): void {
    showLink(this.desk.link.get(), { load: () => void this.desk.load(), signIn: () => this.signIn() });
  }

  private showRights(): void {
    const account = this.desk.signedIn.account();
    if (this.forms.isOfAnother(account)) this.dropForm();
    byId("new-report").hidden = account === null;
    byId("new-report").textContent = t(this.forms.isAside ? "dk.report.goOn" : "dk.newReport");
  }

  private async signOut(): Promise<void> {
    const { desk } = this;
    await desk.signedIn.signOut();
    this.dropForm();
    desk.leave();
    await desk.load();
  }

  private signIn(): void {
    const { signedIn } = this.desk;
    askToSignIn({ signedIn, midWork: false, title: t("dk.signInTitle"), text: t("dk.signInText"), done: () => void this.desk.load(), givenUp: () => undefined });
  }

  private tell(events: readonly { readonly action: string; readonly incident: DeskRow }[]): void {
    const arrived = events.filter(({ action }) => action === "report").length;
    const last = events.at(-1);
    if (arrived > 0) say("incidents", () => t("dk.arrived", { n: arrived }));
    else if (last) say("incidents", () => t("dk.happened", { matter: matterText(last.incident.matter, this.meta), action: actionText(last.action) }));
  }

  private choose(no: string): void {
    this.leaveForm();
    this.leaveGrid();
    void this.desk.choose(no);
    this.look("card");
    const row = this.desk.row(no);
    if (row) requestAnimationFrame(() => this.map.keepInView(row)); // the card has taken its room by then
  }

  private placeChosen(lon: number, lat: number): void {
    if (this.forms.shown) {
      this.forms.shown.put(lon, lat);
      return this.look("card");
    }
    void this.grids.run(
      async (signal) => (await locate(lon, lat, "cgcs2000", signal)).grid,
      (grid) => (grid ? this.openGrid(grid.code) : undefined),
      (error) => this.fill(failedCard(t("dk.grid"), error, () => this.placeChosen(lon, lat), () => this.close())),
    );
  }

  private openGrid(code: string): void {
    this.leaveForm();
    this.desk.clear();
    this.gridShown = code;
    this.fill(waitingCard(code, () => this.close()));
    this.look("card");
    void this.grids.run(
      (signal) => Promise.all([getUnit(code, signal), getDuties(code, signal)]),
      ([feature, serving]) => {
        this.map.view.outline(feature, null);
        const rows = [...this.desk.rows()].filter((row) => row.grid === code);
        this.fill(gridCard(feature, serving, rows, this.meta, { open: (no) => this.choose(no), close: () => this.close() }));
      },
      (error) => this.fill(failedCard(code, error, () => this.openGrid(code), () => this.close())),
    );
  }

  private showChosen(): void {
    const chosen = this.desk.chosen.get();
    const no = chosen.kind === "none" ? null : chosen.no;
    this.map.view.chooseIncident(no);
    if (this.forms.shown || (no === null && this.gridShown !== null)) return;
    if (chosen.kind === "none") this.fill(emptyCard());
    else if (chosen.kind === "loading") this.fill(waitingCard(chosen.no, () => this.close()));
    else if (chosen.kind === "failed") this.fill(failedCard(chosen.no, chosen.error, () => void this.desk.choose(chosen.no), () => this.close()));
    else this.fill(incidentCard(chosen, this.desk, this.meta, this.cardActs()));
    this.list.render();
  }

  private cardActs(): CardActs {
    return {
      act: (possible) => this.act(possible),
      mergeInto: (no) => this.act({ action: "merge", reason: false, wanted: ["into"], optional: [] }, no),
      open: (no) => this.choose(no),
      openGrid: (code) => this.openGrid(code),
      show: (lon, lat) => this.showPlace(lon, lat),
      close: () => this.close(),
    };
  }

  private act(possible: Possible, into: string | null = null): void {
    const chosen = this.desk.chosen.get();
    if (chosen.kind === "whole") askToAct(this.desk, chosen.detail, possible, into, this.meta.matters);
  }

  private showPlace(lon: number, lat: number): void {
    this.look("map");
    this.map.view.goTo(lon, lat, CLOSE_ZOOM);
  }

  private openReport(): void {
    this.leaveGrid();
    this.desk.clear();
    this.map.view.outline(null, null);
    const form = this.forms.open(this.desk.signedIn.account(), () => this.newForm());
    this.fill(form.element);
    form.showPoint();
    this.showRights();
    this.look("card");
    byId("report-matter").focus();
  }

  private newForm(): ReportForm {
    const form: ReportForm = new ReportForm(this.desk, this.meta, {
      mark: (point) => form === this.forms.shown && this.map.view.outline(null, point),
      show: (lon, lat) => this.map.view.goTo(lon, lat, CLOSE_ZOOM),
      centre: () => this.map.view.view(),
      done: (taken) => this.reported(taken, form),
      discard: () => {
        this.dropForm();
        this.close();
      },
      close: () => this.close(),
    });
    return form;
  }

  /** Whoever looks at something else by then is told, and goes on looking. */
  private reported(taken: Taken, form: ReportForm): void {
    const isShown = form === this.forms.shown;
    this.forms.drop(form);
    this.showRights();
    if (isShown) {
      this.map.view.outline(null, null);
      this.choose(taken.no);
    }
    say("choice", () => t("dk.report.taken", { no: taken.no, grid: taken.grid?.name ?? t("dk.noGrid") }));
  }

  /** What was begun is laid aside, not lost. */
  private leaveForm(): void {
    if (this.forms.shown) this.map.view.outline(null, null);
    if (this.forms.leave()) say("choice", () => t("dk.report.aside"));
    this.showRights();
  }

  private dropForm(): void {
    const wasShown = this.forms.shown !== null;
    this.forms.drop();
    if (wasShown) this.map.view.outline(null, null);
    this.showChosen();
    this.showRights();
  }

  /** A grid that is still being asked for does not come over what is opened next. */
  private leaveGrid(): void {
    this.gridShown = null;
    this.grids.cancel();
  }

  private close(): void {
    this.leaveForm();
    this.leaveGrid();
    this.map.view.outline(null, null);
    this.desk.clear();
    this.look("list");
    this.list.focusCurrent();
  }

  /** Fills the card; whoever read it or asked for it reads on at the same button, or at its head. */
  private fill(card: HTMLElement): void {
    document.querySelector("main")!.dataset["card"] = card.id === "card-empty" ? "none" : "some";
    const box = byId("card");
    const focused = document.activeElement;
    const wasInside = focused instanceof HTMLElement && box.contains(focused);
    const id = wasInside ? focused.id : "";
    const [before, top] = [box.querySelector<HTMLElement>("[data-incident]")?.dataset["incident"], box.scrollTop];
    box.replaceChildren(card);
    if (before !== undefined && card.dataset["incident"] === before) box.scrollTop = top;
    if (wasInside) ((id && document.getElementById(id)) || document.getElementById("card-title"))?.focus({ preventScroll: true });
  }

  /** On a phone one of the three is seen. */
  private look(view: View): void {
    document.querySelector("main")!.dataset["view"] = view;
    for (const one of byId("views").querySelectorAll<HTMLElement>("button")) one.setAttribute("aria-pressed", String(one.dataset["view"] === view));
  }

  private actionOf(action: string): (() => void) | null {
    const chosen = this.desk.chosen.get();
    if (chosen.kind !== "whole" || this.forms.shown) return null;
    const possible = chosen.detail.actions.find((one) => one.action === action);
    return possible ? () => this.act(possible) : () => document.getElementById("card-title")?.focus();
  }

  private search(): void {
    this.look("list");
    byId<HTMLDetailsElement>("filter-box").open = true;
    byId("filter-text").focus();
  }
}

function pointOf(incident: IncidentFeature): [number, number] {
  return incident.geometry.coordinates as [number, number];
}
