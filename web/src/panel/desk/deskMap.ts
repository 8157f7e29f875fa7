/** The desk's map: the listed incidents as points, drawn once for many events. */
import type { DeskRow } from "../../api/desk";
import type { IncidentFeature, Meta } from "../../api/types";
import type { IncidentDesk } from "../../desk/desk";
import { isIn, shown } from "../../desk/rows";
import { t } from "../../i18n/i18n";
import type { Face } from "../../map/decode";
import { MapView } from "../../map/mapView";
import { hideAlert, showAlert } from "../alert";
import { byId, name } from "../dom";

export interface DeskMapActs {
  readonly placeChosen: (lon: number, lat: number) => void;
  readonly incidentChosen: (incident: IncidentFeature) => void;
}

export class DeskMap {
  readonly view: MapView;
  private frame = 0;

  constructor(
    private readonly desk: IncidentDesk,
    private readonly meta: Meta,
    acts: DeskMapActs,
  ) {
    this.view = new MapView(byId("map"), meta.city.bbox, meta.home, {
      ...acts,
      hovered: showHover,
      moved: () => undefined,
      settled: (failures) => this.settled(failures),
    });
    for (const one of [desk.changed, desk.filters]) one.subscribe(() => this.drawSoon());
  }

  translate(): void {
    this.view.translate();
    if (this.meta.synthetic) this.view.attribute(t("map.source"));
  }

  /** Goes there only where the place is out of view. */
  keepInView({ lon, lat }: DeskRow): void {
    const { bbox, zoom } = this.view.view();
    const [west, south, east, north] = bbox;
    if (lon < west || lon > east || lat < south || lat > north) this.view.goTo(lon, lat, zoom);
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
    this.view.showPoints(rows.map(featureOf), pressing);
    document.documentElement.dataset["shown"] = String(rows.length);
  }

  private settled(failures: number): void {
    document.documentElement.dataset["tiles"] = failures === 0 ? "ready" : "failed";
    if (failures === 0) hideAlert("tiles");
    else showAlert("tiles", () => t("error.tiles"), () => this.view.reload());
  }
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
