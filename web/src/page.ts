/** The map page once the city is known: connects the map, the panel and the address. */
import { bboxText } from "./api/endpoints";
import type { Meta, UnitFeature } from "./api/types";
import { integer } from "./i18n/format";
import { t } from "./i18n/i18n";
import type { Face } from "./map/decode";
import { MapView, type View } from "./map/mapView";
import { listedLevel, MICRO_GRIDS_FROM_ZOOM } from "./model/bands";
import { readHash, writeHash } from "./model/hash";
import { hideAlert, showAlert } from "./panel/alert";
import { card } from "./panel/card";
import { Chooser } from "./panel/chooser";
import { byId, name } from "./panel/dom";
import { renderFilters, renderRangeText } from "./panel/filters";
import { renderDownloads } from "./panel/heat/downloads";
import { HotGrids } from "./panel/heat/hotGrids";
import { TimeSlider } from "./panel/heat/timeSlider";
import { Incidents } from "./panel/incidents";
import { renderIncidentLegend, renderMapKey, renderMapNote } from "./panel/legend";
import { ListPanel } from "./panel/listPanel";
import { SearchBox } from "./panel/search";
import { filters, incidentView, moment, publicOnly, selection } from "./panel/state";
import { say } from "./panel/status";

/** Digits of the codes of towns to grids: what is opened to be edited. */
const WORK_CODES = { shortest: 9, longest: 15 } as const;

export class Page {
  private readonly map: MapView;
  private readonly chooser: Chooser;
  private readonly incidents: Incidents;
  private readonly list: ListPanel;
  private readonly slider: TimeSlider;
  private readonly hot: HotGrids;

  constructor(private readonly meta: Meta) {
    this.map = new MapView(byId("map"), meta.city.bbox, meta.home, {
      placeChosen: (lon, lat) => this.chooser.point(lon, lat, "cgcs2000"),
      incidentChosen: (incident) => this.chooser.incident(incident),
      hovered: (face) => showHover(face),
      moved: (view) => this.moved(view),
      settled: (failures) => this.settled(failures),
    });
    this.chooser = new Chooser(this.map);
    this.incidents = new Incidents(this.map, meta);
    this.slider = new TimeSlider();
    this.hot = new HotGrids({
      query: () => (publicOnly.get() ? null : this.incidents.query()),
      go: (bbox, code) => {
        this.map.fit(bbox);
        this.chooser.unit(code, false);
      },
    });
    this.list = new ListPanel(this.map, meta, () => this.incidents.query(), {
      chooseUnit: (code) => this.chooser.unit(code),
      chooseIncident: (incident) => this.chooser.incident(incident),
    });
    new SearchBox({
      chooseUnit: (result) => this.chooser.result(result),
      choosePoint: (lon, lat, datum) => this.chooser.point(lon, lat, datum, true),
    });
    this.subscribe();
    this.translate();
    openKey();
    noteZoom(this.map.view());
    this.openAddress();
    this.incidents.loadSoon();
    this.loadBeside();
  }

  /** What stands beside the map's own counts: the slider's series and the hot grids. */
  private loadBeside(): void {
    const query = filters.get().shown && !publicOnly.get() ? this.incidents.period() : null;
    this.slider.load(query && { bbox: this.map.view().bbox, query });
    this.hot.load();
  }

  private renderFiles(): void {
    const { bbox, zoom } = this.map.view();
    const kind = incidentView.get().kind;
    renderDownloads(kind === "heat" || kind === "units" ? { bbox, zoom } : null, this.incidents.heatQuery());
  }

  private subscribe(): void {
    selection.subscribe(() => {
      this.renderCard();
      this.writeAddress();
    });
    filters.subscribe(() => {
      renderRangeText(this.meta);
      this.slider.reset();
      this.loadBeside();
    });
    moment.subscribe(() => this.hot.load());
    publicOnly.subscribe(() => {
      renderFilters(this.meta);
      byId("hot-grids").hidden = publicOnly.get();
      this.loadBeside();
    });
    incidentView.subscribe((view) => {
      document.documentElement.dataset["incidents"] = view.kind;
      this.renderLegend();
      if (view.kind === "failed") showAlert("incidents", () => t("legend.failed"), () => this.incidents.load());
      else hideAlert("incidents");
      if (view.kind === "points" || view.kind === "heat" || view.kind === "units") {
        this.list.render();
        this.renderFiles();
      }
    });
    window.addEventListener("hashchange", () => this.openAddress());
  }

  translate(): void {
    this.map.translate();
    if (this.meta.synthetic) this.map.attribute(t("map.source"));
    renderFilters(this.meta);
    this.renderCard();
    this.renderLegend();
    this.slider.render();
    this.hot.load();
    this.renderFiles();
    this.list.render();
  }

  private moved(view: View): void {
    noteZoom(view);
    document.documentElement.dataset["tiles"] = "loading";
    this.writeAddress();
    this.incidents.loadSoon();
    this.loadBeside();
  }

  private settled(failures: number): void {
    document.documentElement.dataset["tiles"] = failures === 0 ? "ready" : "failed";
    document.documentElement.dataset["ready"] = "true";
    if (failures === 0) hideAlert("tiles");
    else showAlert("tiles", () => t("error.tiles"), () => this.map.reload());
    this.list.render();
    const [level, count] = [listedLevel(this.map.view().zoom), this.map.listed().length];
    say("view", () => t("status.view", { what: t(`level.${level}`), n: integer(count) }));
  }

  private renderCard(): void {
    const actions = {
      choose: (code: string) => this.chooser.unit(code),
      reveal: (feature: UnitFeature) => this.map.reveal(feature),
      clear: () => this.chooser.clear(),
    };
    const box = byId("card");
    const reading = box.contains(document.activeElement);
    box.replaceChildren(card(selection.get(), this.meta, actions));
    // Whoever pressed a button on the old card reads on at the head of the new one.
    if (reading) (document.getElementById("card-title") ?? box).focus();
  }

  private renderLegend(): void {
    const { zoom, lat } = this.map.view();
    renderMapKey(zoom, incidentView.get(), this.meta);
    renderMapNote(incidentView.get());
    renderIncidentLegend(incidentView.get(), filters.get(), { zoom, lat }, this.meta, () => this.incidents.load());
  }

  private chosenCode(): string | null {
    const chosen = selection.get();
    return chosen.kind === "unit" ? chosen.feature.properties.code : null;
  }

  private writeAddress(): void {
    const hash = writeHash({ ...this.map.view(), code: this.chosenCode() });
    if (hash !== location.hash) history.replaceState(null, "", hash);
    byId<HTMLAnchorElement>("to-workbench").href = `/workbench.html${this.workplace()}`;
  }

  /** Where the workbench opens: the chosen unit, else the box in view where that is small enough to be edited. */
  private workplace(): string {
    const code = this.chosenCode();
    const { zoom, bbox } = this.map.view();
    if (code !== null && code.length >= WORK_CODES.shortest && code.length <= WORK_CODES.longest) return `#place=${code}`;
    return zoom >= MICRO_GRIDS_FROM_ZOOM ? `#box=${bboxText(bbox)}` : "";
  }

  /** Goes where the address says, at the start and when somebody edits it. */
  private openAddress(): void {
    const place = readHash(location.hash);
    if (!place) return;
    this.map.goTo(place.lon, place.lat, place.zoom);
    if (place.code && place.code !== this.chosenCode()) this.chooser.unit(place.code, false);
  }
}

/** The zoom stands on the root element, for style sheets and for tests. */
function noteZoom({ zoom }: View): void {
  document.documentElement.dataset["zoom"] = String(zoom);
}

/** The map's key lies open where there is room for it. */
function openKey(): void {
  const key = byId<HTMLDetailsElement>("key");
  key.hidden = false;
  key.open = window.matchMedia("(min-width: 761px)").matches;
}

function showHover(face: Face | null): void {
  const box = byId("hover");
  box.hidden = face === null;
  if (!face) return;
  const rest = face.households === null ? "" : ` · ${t("map.hoverHouseholds", { n: integer(face.households) })}`;
  box.replaceChildren(name(face.name), ` · ${face.code}${rest}`);
}
