/** The page: keeps every part up to date with the desk. */
import type { Meta } from "../../api/types";
import { t } from "../../i18n/i18n";
import { BROWSER_CLOCK } from "../../workbench/clock";
import type { Desk } from "../../workbench/desk";
import { Importing } from "../../workbench/importing";
import { flightTo } from "../../workbench/lattice";
import { PastPlayer } from "../../workbench/past";
import { refusalText, said } from "../../workbench/problemWords";
import { Review } from "../../workbench/review";
import { startAccount } from "../account";
import { byId, h } from "../dom";
import { say } from "../status";
import { askForText } from "./asking";
import { findingCount } from "./findings";
import { renderPlace, renderSaving } from "./header";
import { ImportPanel } from "./importPanel";
import { MeasuresPanel } from "./measures";
import { renderNotices } from "./notices";
import { button, fillBox, words, working } from "./parts";
import { ReviewPanel } from "./reviewPanel";
import { askToSignIn } from "./signIn";
import { BeginPanel, StartPanel } from "./start";
import { renderStrip } from "./strip";
import { TabList, type Tab } from "./tabList";
import { TimePanel } from "./timePanel";
import { bindKeys, Toolbar } from "./toolbar";
import { UnitsPanel } from "./unitsPanel";
import { WorkPanel } from "./workPanel";

export class WorkbenchPage {
  private readonly review: Review;
  private readonly importing: Importing;
  private readonly player: PastPlayer;
  private readonly start: StartPanel;
  private readonly begin: BeginPanel;
  private readonly work: WorkPanel;
  private readonly measures: MeasuresPanel;
  private readonly reviewPanel: ReviewPanel;
  private readonly imports: ImportPanel;
  private readonly time: TimePanel;
  private readonly units: UnitsPanel;
  private readonly tabs: TabList;
  private readonly toolbar: Toolbar;
  private readonly showAccount: () => void;

  constructor(
    private readonly desk: Desk,
    private readonly meta: Meta,
  ) {
    this.review = new Review(desk, BROWSER_CLOCK);
    this.importing = new Importing(desk, this.review);
    this.player = new PastPlayer(desk.store, BROWSER_CLOCK);
    this.start = new StartPanel(desk);
    this.begin = new BeginPanel(desk, meta.change_reasons, () => this.signIn(false));
    this.work = new WorkPanel(desk, this.review, meta.change_reasons);
    this.measures = new MeasuresPanel(desk, this.review);
    this.reviewPanel = new ReviewPanel(desk, this.review);
    this.imports = new ImportPanel(desk, this.importing);
    this.time = new TimePanel(desk, this.player);
    this.units = new UnitsPanel(desk);
    this.tabs = this.makeTabs();
    this.toolbar = new Toolbar(desk.store, () => this.showWhole());
    this.showAccount = startAccount({ signedIn: desk.signedIn, signIn: () => this.signIn(false), signOut: () => this.signOut() });
    bindKeys(desk.store, byId("map"));
    desk.store.askName = (suggestion) => askForText({ title: t("wb.nameNew"), label: t("wb.name"), value: suggestion, longest: 100 });
    byId("close-place").addEventListener("click", () => void desk.go({ set: null, place: null, at: null }));
    byId("fold").addEventListener("click", () => this.fold());
    this.subscribe();
    this.translate();
    catchDrops(() => this.tabs.open("import"));
  }

  private makeTabs(): TabList {
    const workTab = h("div", {}, this.begin.element, this.work.element, this.measures.element);
    const tabs: readonly Tab[] = [
      { id: "work", label: "wb.tabWork", panel: workTab },
      { id: "review", label: "wb.tabReview", panel: h("div", {}, this.reviewPanel.element) },
      { id: "units", label: "wb.tabUnits", panel: h("div", {}, this.units.element) },
      { id: "import", label: "wb.tabImport", panel: h("div", {}, this.imports.element) },
      { id: "time", label: "wb.tabTime", panel: h("div", {}, this.time.element) },
    ];
    const list = new TabList("wb.tabs", tabs, (id) => this.units.show(id === "units"));
    byId("tab-row").prepend(list.row);
    byId("panel-body").append(...tabs.map(({ panel }) => panel), this.start.element);
    return list;
  }

  private subscribe(): void {
    const { desk, review, importing, player } = this;
    const { store } = desk;
    store.coverage.subscribe(() => this.landChanged());
    store.work.subscribe(() => this.workChanged());
    store.selection.subscribe(() => this.choiceChanged());
    store.preview.subscribe(() => this.measures.renderSoon());
    store.refusal.subscribe((refusal) => refusal && say("choice", () => refusalText(refusal.code)));
    for (const one of [store.level, store.comparison, store.layers, store.lines]) one.subscribe(() => this.renderStrip());
    store.level.subscribe(() => this.units.render());
    store.lines.subscribe(() => this.imports.render());
    for (const one of [store.readOnly, store.changeSet, desk.opening]) one.subscribe(() => this.renderAll());
    desk.signedIn.session.subscribe(() => this.renderAll());
    desk.saver.state.subscribe(() => this.savingChanged());
    desk.messages.subscribe(() => this.renderNotices());
    desk.address.subscribe(() => renderPlace(desk));
    desk.wantsSignIn.subscribe((wants) => wants && this.signIn(desk.signedIn.account() !== null));
    for (const one of [review.check, review.effects, review.busy]) one.subscribe(() => this.reviewChanged());
    desk.bounds.subscribe(() => this.measures.renderSoon());
    desk.extent.subscribe(() => afterLayout(() => this.showWhole()));
    importing.state.subscribe(() => this.imports.render());
    importing.lineState.subscribe(() => this.imports.render());
    player.state.subscribe(() => this.time.render());
    desk.opening.subscribe(({ kind }) => {
      if (kind !== "loading") return;
      player.close();
      importing.clear();
    });
  }

  translate(): void {
    this.tabs.translate();
    this.toolbar.translate();
    this.showAccount();
    this.renderAll();
    this.units.render();
  }

  signIn(midWork: boolean): void {
    const before = this.desk.signedIn.account();
    askToSignIn({
      signedIn: this.desk.signedIn,
      midWork,
      done: () => void this.desk.signedInAgain(before),
      givenUp: () => this.desk.wantsSignIn.set(false),
    });
  }

  private async signOut(): Promise<void> {
    await this.desk.saver.journal();
    await this.desk.signedIn.signOut();
    await this.desk.go({ ...this.desk.address.get(), set: null });
  }

  private landChanged(): void {
    renderPlace(this.desk);
    this.measures.renderSoon();
    this.units.render();
    this.renderStrip();
    this.renderShape();
  }

  private workChanged(): void {
    this.work.render();
    this.measures.renderSoon();
    this.reviewPanel.render();
    this.sayWork();
  }

  private sayWork(): void {
    const { commands } = this.desk.store.work.get();
    document.documentElement.dataset["commands"] = String(commands.length);
  }

  private choiceChanged(): void {
    this.measures.renderSoon();
    this.units.renderChoice();
    this.time.render();
    const units = this.desk.store.selection.get().flatMap((id) => this.desk.store.coverage.get()?.units.get(id) ?? []);
    say("choice", () =>
      units.length === 0
        ? t("wb.nothingChosen")
        : t("wb.chosen", {
            names: units
              .slice(0, 3)
              .map(({ name }) => name)
              .join(t("wb.separator")),
            n: units.length,
          }),
    );
  }

  private savingChanged(): void {
    renderSaving(this.desk, () => this.signIn(true));
    this.work.render();
    this.reviewPanel.render();
    this.renderNotices();
  }

  private reviewChanged(): void {
    const { check, effects } = this.review;
    const [found, told] = [check.get(), effects.get()];
    const { errors, warnings } = findingCount(found.kind === "told" ? found.answer : null, told.kind === "told" ? told.answer : null);
    this.tabs.count("review", errors + warnings === 0 ? "" : String(errors + warnings));
    this.reviewPanel.render();
    this.measures.renderSoon();
  }

  private renderStrip(): void {
    renderStrip(this.desk.store, this.meta.base_map !== null && this.meta.base_map !== undefined);
  }

  private renderNotices(): void {
    renderNotices(this.desk, byId("notices"));
  }

  /** Which parts of the page there are: with no place the beginning alone. */
  private renderShape(): void {
    const isOpen = this.desk.store.coverage.get() !== null;
    const hasSet = this.desk.store.changeSet.get() !== null;
    const { at } = this.desk.address.get();
    document.documentElement.dataset["open"] = String(isOpen);
    byId("tab-row").hidden = !isOpen;
    byId("close-place").hidden = !isOpen;
    byId("toolbar").hidden = !isOpen;
    this.start.element.hidden = isOpen;
    this.tabs.show(isOpen);
    this.begin.element.hidden = hasSet || at !== null;
    this.work.element.hidden = !hasSet;
  }

  private renderAll(): void {
    this.renderShape();
    this.renderOpening();
    renderPlace(this.desk);
    renderSaving(this.desk, () => this.signIn(true));
    this.renderStrip();
    this.renderNotices();
    if (this.desk.store.coverage.get() === null) return this.start.render();
    if (this.desk.store.changeSet.get() === null) this.begin.render();
    else this.work.render();
    this.measures.renderSoon();
    this.reviewPanel.render();
    this.imports.render();
    this.time.render();
    this.sayWork();
  }

  private renderOpening(): void {
    const box = byId("opening");
    const opening = this.desk.opening.get();
    document.documentElement.dataset["opening"] = opening.kind;
    box.hidden = opening.kind === "idle";
    if (opening.kind === "loading") return fillBox(box, working(t("wb.opening")));
    if (opening.kind !== "failed") return fillBox(box);
    const { text, detail } = said(opening.error);
    const again = button(t("error.retry"), () => void this.desk.go(opening.address), { strong: true });
    const other = button(t("wb.openOther"), () => void this.desk.go({ set: null, place: null, at: null }));
    fillBox(
      box,
      h(
        "div",
        { class: "problem", role: "alert" },
        words(text, "p"),
        detail ? h("p", { class: "muted", lang: "en" }, detail) : null,
        h("div", { class: "row" }, again, other),
      ),
    );
  }

  private showWhole(): void {
    const extent = this.desk.extent.get();
    if (extent !== null) this.desk.store.fly(flightTo(extent.bbox));
  }

  private fold(): void {
    const folded = byId("panel").classList.toggle("is-folded");
    byId("fold").setAttribute("aria-expanded", String(!folded));
  }
}

/** A panel that comes or goes gives the map another size, which it learns a frame later. */
function afterLayout(act: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(act));
}

/** A file dropped beside its place would take the browser away from the page. */
function catchDrops(missed: () => void): void {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    const isPlaced = event.defaultPrevented;
    event.preventDefault();
    if (!isPlaced) missed();
  });
}
