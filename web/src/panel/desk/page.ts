/** The desk's page: list, map and card side by side, kept in step. */
import { getDuties, type DeskRow, type Possible, type Taken } from "../../api/desk";
import { getUnit, locate } from "../../api/endpoints";
import type { IncidentFeature, Meta } from "../../api/types";
import type { IncidentDesk, Link } from "../../desk/desk";
import { isIn, LANES, shown } from "../../desk/rows";
import { t } from "../../i18n/i18n";
import type { Face } from "../../map/decode";
import { MapView } from "../../map/mapView";
import { hideAlert, showAlert } from "../alert";
import { byId, h, name } from "../dom";
import { Latest } from "../problems";
import { say } from "../status";
import { button, fillBox, icon } from "../workbench/parts";
import { askToSignIn } from "../workbench/signIn";
import { askToAct } from "./acting";
import { emptyCard, failedCard, incidentCard, waitingCard, type CardActs } from "./card";
import { gridCard } from "./gridCard";
import { ACTION_KEYS, keysAreOn, showHelp } from "./help";
import { DeskList } from "./list";
import { ReportForm } from "./reportForm";
import { actionText, matterText } from "./words";

const TICK_MS = 20_000;
const CLOSE_ZOOM = 16;
type View = "list" | "map" | "card";

export class DeskPage {
  private readonly map: MapView;
  private readonly list: DeskList;
  private readonly grids = new Latest();
  private form: ReportForm | null = null;
  private gridShown: string | null = null;
  private frame = 0;

  constructor(
    private readonly desk: IncidentDesk,
    private readonly meta: Meta,
  ) {
    this.map = new MapView(byId("map"), meta.city.bbox, meta.home, {
      placeChosen: (lon, lat) => this.placeChosen(lon, lat),
      incidentChosen: (incident) => (this.form ? this.form.put(...pointOf(incident)) : this.choose(incident.properties.no)),
      hovered: showHover,
      moved: () => undefined,
      settled: (failures) => this.settled(failures),
    });
    this.list = new DeskList(desk, meta, (no) => this.choose(no));
    this.subscribe();
    this.translate();
    window.setInterval(() => this.list.render(), TICK_MS);
  }

  private subscribe(): void {
    const { desk } = this;
    desk.changed.subscribe(() => this.drawSoon());
    desk.filters.subscribe(() => this.drawSoon());
    desk.link.subscribe((link) => this.showLink(link));
    desk.error.subscribe(() => this.showLink(desk.link.get()));
    desk.signedIn.session.subscribe(() => this.showAccount());
    desk.chosen.subscribe(() => this.showChosen());
    desk.told.subscribe((events) => this.tell(events));
    byId("new-report").addEventListener("click", () => this.openReport());
    byId("help").addEventListener("click", showHelp);
    document.addEventListener("keydown", (event) => this.key(event));
    for (const one of byId("views").querySelectorAll<HTMLElement>("button")) one.addEventListener("click", () => this.look(one.dataset["view"] as View));
  }

  translate(): void {
    this.map.translate();
    if (this.meta.synthetic) this.map.attribute(t("map.source"));
    this.list.translate();
    this.showLink(this.desk.link.get());
    this.showAccount();
    if (!this.form) this.showChosen();
  }

  private showLink(link: Link): void {
    document.documentElement.dataset["link"] = link;
    const box = byId("link");
    box.className = `saving ${{ offline: "is-bad", waiting: "is-wait", signed_out: "is-wait", forbidden: "is-bad" }[link as string] ?? ""}`;
    box.replaceChildren(h("span", { class: `dot dot-${link}`, "aria-hidden": "true" }), t(`dk.link.${link}`));
    const isBroken = link === "offline" || link === "signed_out" || link === "forbidden";
    const offline = byId("offline");
    offline.hidden = !isBroken;
    if (link === "offline") offline.replaceChildren(h("p", {}, t("dk.offline")), button(t("dk.offlineNow"), () => void this.desk.load(), { id: "retry-now" }));
    if (link === "signed_out") offline.replaceChildren(h("p", {}, t("dk.signedOut")), button(t("wb.signIn"), () => this.signIn(), { id: "sign-in-here" }));
    if (link === "forbidden") offline.replaceChildren(h("p", {}, t("dk.forbidden")));
  }

  private showAccount(): void {
    const { account, display_name } = this.desk.signedIn.session.get();
    byId("new-report").hidden = account === null;
    if (account === null) return fillBox(byId("account"), button(t("wb.signIn"), () => this.signIn(), { icon: "person", id: "sign-in" }));
    const out = async (): Promise<void> => {
      await this.desk.signedIn.signOut();
      this.desk.leave();
      await this.desk.load();
    };
    fillBox(byId("account"), h("span", { class: "who" }, icon("person"), name(display_name ?? account)), button(t("wb.signOut"), () => void out(), { id: "sign-out" }));
  }

  signIn(): void {
    const { signedIn } = this.desk;
    askToSignIn({ signedIn, midWork: false, title: t("dk.signInTitle"), text: t("dk.signInText"), done: () => void this.desk.load(), givenUp: () => undefined });
  }

  private tell(events: readonly { readonly action: string; readonly incident: DeskRow }[]): void {
    const arrived = events.filter(({ action }) => action === "report").length;
    const last = events.at(-1);
    if (arrived > 0) say("incidents", () => t("dk.arrived", { n: arrived }));
    else if (last) say("incidents", () => t("dk.happened", { matter: matterText(last.incident.matter, this.meta), action: actionText(last.action) }));
  }

  /** Many events come at once; the map is drawn once for them. */
  private drawSoon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    const now = this.desk.now();
    const rows = shown(this.desk.rows(), this.desk.filters.get(), now);
    const pressing = new Set(rows.filter((row) => row.urgent || isIn("overdue", row, now)).map(({ no }) => no));
    this.map.showPoints(rows.map(featureOf), pressing);
    document.documentElement.dataset["shown"] = String(rows.length);
  }

  private settled(failures: number): void {
    document.documentElement.dataset["tiles"] = failures === 0 ? "ready" : "failed";
    if (failures === 0) hideAlert("tiles");
    else showAlert("tiles", () => t("error.tiles"), () => this.map.reload());
  }

  private choose(no: string): void {
    this.leaveForm();
    this.leaveGrid();
    void this.desk.choose(no);
    this.look("card");
    const row = this.desk.row(no);
    if (row) requestAnimationFrame(() => this.keepInView(row)); // the card has taken its room by then
  }

  private keepInView({ lon, lat }: DeskRow): void {
    const { bbox, zoom } = this.map.view();
    const [west, south, east, north] = bbox;
    if (lon < west || lon > east || lat < south || lat > north) this.map.goTo(lon, lat, zoom);
  }

  private placeChosen(lon: number, lat: number): void {
    if (this.form) {
      this.form.put(lon, lat);
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
        this.map.outline(feature, null);
        const rows = [...this.desk.rows()].filter((row) => row.grid === code);
        this.fill(gridCard(feature, serving, rows, this.meta, { open: (no) => this.choose(no), close: () => this.close() }));
      },
      (error) => this.fill(failedCard(code, error, () => this.openGrid(code), () => this.close())),
    );
  }

  private showChosen(): void {
    const chosen = this.desk.chosen.get();
    const no = chosen.kind === "none" ? null : chosen.no;
    this.map.chooseIncident(no);
    if (this.form || (no === null && this.gridShown !== null)) return;
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
    if (chosen.kind === "whole") askToAct(this.desk, chosen.detail, possible, into);
  }

  private showPlace(lon: number, lat: number): void {
    this.look("map");
    this.map.goTo(lon, lat, CLOSE_ZOOM);
  }

  private openReport(): void {
    this.leaveGrid();
    this.desk.clear();
    this.map.outline(null, null);
    this.form = new ReportForm(this.desk, this.meta, {
      mark: (point) => this.map.outline(null, point),
      show: (lon, lat) => this.map.goTo(lon, lat, CLOSE_ZOOM),
      centre: () => this.map.view(),
      done: (taken) => this.reported(taken),
      close: () => this.close(),
    });
    this.fill(this.form.element);
    this.look("card");
    byId("report-matter").focus();
  }

  private reported(taken: Taken): void {
    this.leaveForm();
    this.map.outline(null, null);
    this.choose(taken.no);
    say("choice", () => t("dk.report.taken", { no: taken.no, grid: taken.grid?.name ?? t("dk.noGrid") }));
  }

  private leaveForm(): void {
    this.form = null;
  }

  /** A grid that is still being asked for does not come over what is opened next. */
  private leaveGrid(): void {
    this.gridShown = null;
    this.grids.cancel();
  }

  private close(): void {
    this.leaveForm();
    this.leaveGrid();
    this.map.outline(null, null);
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

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select")) return;
    const act = event.key === "Escape" ? (): void => this.close() : keysAreOn() ? this.actOf(event) : null;
    if (!act) return;
    event.preventDefault();
    act();
  }

  private actOf({ key, target }: KeyboardEvent): (() => void) | null {
    const lane = LANES[Number(key) - 1];
    if (lane) return () => this.list.chooseLane(lane);
    const onMap = target instanceof HTMLElement && target.id === "map";
    const plain: Readonly<Record<string, () => void>> = {
      j: () => this.list.step(1),
      k: () => this.list.step(-1),
      n: () => !byId("new-report").hidden && this.openReport(),
      g: () => byId("map").focus(),
      "/": () => this.search(),
      "?": showHelp,
    };
    if (key in plain && !onMap) return plain[key]!;
    return this.actionOf(key);
  }

  private actionOf(key: string): (() => void) | null {
    const chosen = this.desk.chosen.get();
    const action = ACTION_KEYS[key];
    if (chosen.kind !== "whole" || action === undefined || this.form) return null;
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

function featureOf(row: DeskRow): IncidentFeature {
  const { no, matter, family, state, reported_at, on_border, distance_m } = row;
  const properties = { no, matter, family, state, reported_at, grid_code: row.grid, on_border, distance_m };
  return { type: "Feature", id: no, geometry: { type: "Point", coordinates: [row.lon, row.lat] }, properties };
}

function showHover(face: Face | null): void {
  const box = byId("hover");
  box.hidden = face === null;
  if (face) box.replaceChildren(name(face.name), ` · ${face.code}`);
}
