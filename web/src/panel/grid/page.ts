/** The page "my grid": find box, map, card, badge, complaint and praise, kept in step. It keeps nothing of who looks. */
import { getMeta } from "../../api/endpoints";
import type { PublicGrid } from "../../api/publicGrid";
import type { Meta } from "../../api/types";
import { wantedOf } from "../../grid/address";
import { Finder, type Finding, type Question, type Spot } from "../../grid/finder";
import { t } from "../../i18n/i18n";
import { MapView } from "../../map/mapView";
import { byId, h } from "../dom";
import { say } from "../status";
import { fillBox } from "../workbench/parts";
import { problemBox } from "../problems";
import { BadgeBox } from "./badgeBox";
import { findingCard } from "./card";
import { FollowBox } from "./followBox";
import { SpotBox } from "./spotBox";
import { WordsBox } from "./wordsBox";

const CLOSE_ZOOM = 17;
const PAPER_PX = { width: 660, height: 340 }; // 175 mm between the margins, and room for the words beneath, at 96 px an inch
type By = "form" | "map" | "address";

export class GridPage {
  private readonly finder = new Finder();
  private readonly spots = new SpotBox(byId("find"), (spot, isBetter) => (isBetter ? void this.finder.refine({ spot }) : this.find({ spot }, "form")));
  private readonly badge = new BadgeBox(byId("badge"), (code) => this.find({ code }, "form"));
  private readonly follow = new FollowBox(byId("follow"));
  private readonly words = new WordsBox(byId("words"), (receipt) => {
    byId<HTMLDetailsElement>("follow-area").open = true;
    this.follow.ask(receipt);
    byId("follow-no").focus();
  });
  private map: MapView | null = null;
  private meta: Meta | null = null;
  private by: By = "address";
  private shownCode = "";

  constructor() {
    this.finder.finding.subscribe((finding) => this.found(finding));
  }

  /** What the address asks for, and the map beside it. */
  open(): void {
    void this.city();
    this.followAddress();
  }

  followAddress(): void {
    const wanted = wantedOf(location.hash);
    if (wanted.kind === "grid" && wanted.code !== this.shownCode) this.find({ code: wanted.code }, "address");
    if (wanted.kind !== "badge") return;
    byId<HTMLDetailsElement>("badge-area").open = true;
    scrollTo(byId("badge-area"));
    this.badge.ask(wanted.no);
  }

  /** The network is back, or somebody looks at the page again: contacts may have changed. */
  async again(): Promise<void> {
    if (!this.meta) void this.city();
    const { kind } = this.finder.finding.get();
    if (kind === "grid" || kind === "failed") await this.finder.again();
  }

  translate(): void {
    for (const box of [this.spots, this.badge, this.follow, this.words]) box.render();
    this.showCard(this.finder.finding.get());
    this.map?.translate();
    if (this.meta?.synthetic) this.map?.attribute(t("map.source"));
  }

  private find(question: Question, by: By): void {
    this.by = by;
    void this.finder.find(question);
  }

  private found(finding: Finding): void {
    this.showCard(finding);
    document.documentElement.dataset["finding"] = finding.kind;
    if (finding.kind === "none") return;
    this.words.setAbout(finding.kind === "grid" ? finding.card.grid : null);
    this.mark(finding);
    if (finding.kind === "working") return;
    say("choice", () => byId("card-title").textContent ?? "");
    this.shownCode = finding.kind === "grid" ? finding.card.grid.code : "";
    if (this.shownCode !== "") history.replaceState(null, "", `#${this.shownCode}`); // the grid's code, never somebody's position
    this.lead();
  }

  private showCard(finding: Finding): void {
    fillBox(byId("card"), findingCard(finding, { show: (code) => this.find({ code }, "form"), again: () => void this.finder.again() }));
  }

  /** Who asked by a form is led to the answer, on a phone below its map; who points at the map stays there. */
  private lead(): void {
    if (this.by === "form") {
      scrollTo(byId(isOneColumn() ? "map-area" : "card"));
      byId("card-title").focus({ preventScroll: true });
    }
    this.by = "address"; // what comes later, by itself, leads nobody away
  }

  private mark(finding: Finding): void {
    if (finding.kind === "grid") {
      const isSame = finding.card.grid.code === this.shownCode;
      this.map?.outline(featureOf(finding.card), finding.spot, finding.spot?.accuracyM ?? null);
      if (!isSame) this.map?.fit(finding.card.grid.bbox);
    } else if (finding.kind === "outside") {
      this.map?.outline(null, finding.spot, finding.spot.accuracyM);
      if (this.by === "form") this.map?.goTo(finding.spot.lon, finding.spot.lat, CLOSE_ZOOM - 2);
    }
  }

  private async city(): Promise<void> {
    try {
      this.meta = await getMeta();
      document.documentElement.dataset["city"] = "ready";
      this.drawMap(this.meta);
    } catch (error) {
      const box = problemBox(error, () => void this.city());
      byId("map-box").replaceChildren(h("div", { class: "map-failed" }, h("p", {}, t("gr.mapFailed")), box));
    }
  }

  private drawMap(meta: Meta): void {
    const frame = h("div", { id: "map", role: "application", tabindex: "0", "aria-label": t("gr.mapLabel"), "data-i18n-label": "gr.mapLabel" });
    byId("map-box").replaceChildren(frame, h("div", { class: "crosshair", "aria-hidden": "true" }));
    this.map = new MapView(frame, meta.city.bbox, meta.home, {
      placeChosen: (lon, lat) => this.pointed({ lon, lat, datum: "cgcs2000", accuracyM: null }),
      incidentChosen: () => undefined,
      hovered: () => undefined,
      moved: () => undefined,
      settled: (failures) => (document.documentElement.dataset["tiles"] = failures === 0 ? "ready" : "failed"),
    });
    if (meta.synthetic) this.map.attribute(t("map.source"));
    this.shownCode = "";
    this.mark(this.finder.finding.get());
    const finding = this.finder.finding.get();
    if (finding.kind === "grid") this.shownCode = finding.card.grid.code;
  }

  /** Paper is narrower than most screens: how large the map is now, and how much smaller it has to be drawn. */
  printing(): void {
    const { width, height } = byId("map-area").getBoundingClientRect();
    const zoom = Math.min(1, PAPER_PX.width / width, PAPER_PX.height / height);
    for (const [name, value] of Object.entries({ width: `${width}px`, height: `${height}px`, zoom: String(zoom) })) byId("map-area").style.setProperty(`--map-${name}`, value);
  }

  private pointed(spot: Spot): void {
    this.spots.stop();
    this.find({ spot }, "map");
  }
}

/** Scrolls the part of the page that scrolls, and not, as scrollIntoView does, the page's head away with it. */
function scrollTo(element: HTMLElement): void {
  const main = document.querySelector("main")!;
  main.scrollTop += element.getBoundingClientRect().top - main.getBoundingClientRect().top;
}

const isOneColumn = (): boolean => getComputedStyle(byId("map-area")).position === "static";

function featureOf({ grid }: PublicGrid): { readonly type: "Feature"; readonly geometry: PublicGrid["grid"]["geometry"] } {
  return { type: "Feature", geometry: grid.geometry };
}
