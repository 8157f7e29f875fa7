/** A new report: its matter, its place on the map or by address, words, photos. It can be sent again without being doubled. */
import { report, type Taken } from "../../api/desk";
import { locate } from "../../api/endpoints";
import { findAddresses, type AddressFound } from "../../api/gazetteer";
import type { Meta } from "../../api/types";
import type { IncidentDesk } from "../../desk/desk";
import { isLost, Reporting } from "../../desk/reporting";
import { share } from "../../i18n/format";
import { named, t } from "../../i18n/i18n";
import { formatPoint } from "../../model/coordinates";
import { MOST_PHOTOS } from "../../model/reports";
import { said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { button, field, select, type Option } from "../workbench/parts";
import { head } from "./card";

export interface ReportActs {
  /** Draws the pin, or takes it away. */
  readonly mark: (point: { lon: number; lat: number } | null) => void;
  readonly show: (lon: number, lat: number) => void;
  readonly centre: () => { lon: number; lat: number };
  readonly done: (taken: Taken) => void;
  readonly discard: () => void;
  readonly close: () => void;
}

const PAUSE_MS = 300;
const SHORTEST_ADDRESS = 2;

export class ReportForm {
  readonly element: HTMLElement;
  private point: { lon: number; lat: number } | null = null;
  private readonly reporting: Reporting;
  private readonly locating = new Latest();
  private readonly finding = new Latest();
  private timer = 0;
  private readonly matter: HTMLSelectElement;
  private readonly source: HTMLSelectElement;
  private readonly address = h("input", { id: "report-address", type: "text", maxlength: "200", autocomplete: "off" });
  private readonly candidates = h("ul", { class: "plain candidates", id: "report-candidates", "aria-live": "polite" });
  private readonly place = h("p", { id: "report-place", class: "place", "aria-live": "polite" });
  private readonly description = h("textarea", { id: "report-description", rows: "3", maxlength: "2000" });
  private readonly contact = h("input", { id: "report-contact", type: "text", maxlength: "100", autocomplete: "off" });
  private readonly photos = h("input", { id: "report-photos", type: "file", accept: "image/*", multiple: true });
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "report-error" });
  private readonly submit = h("button", { type: "submit", class: "button strong", id: "report-send" });

  constructor(
    desk: IncidentDesk,
    meta: Meta,
    private readonly acts: ReportActs,
  ) {
    this.reporting = new Reporting((form, key) => desk.signedIn.withToken((csrf) => report(form, key, csrf)));
    const matters = meta.families.flatMap((family) =>
      meta.matters.filter((one) => one.family === family.code).map((one): Option<string> => [one.code, `${named(family)} · ${named(one)}`]),
    );
    this.matter = select("report-matter", [["", t("dk.report.choose")], ...matters], "");
    this.source = select("report-source", [["desk", t("dk.source.desk")], ["phone", t("dk.source.phone")]], "phone");
    this.place.textContent = t("dk.report.placeNone");
    this.submit.textContent = t("dk.report.send");
    this.address.addEventListener("input", () => this.findSoon());
    this.element = this.build();
  }

  private build(): HTMLElement {
    const send = (event: Event): void => {
      event.preventDefault();
      void this.send();
    };
    const centre = (): void => {
      const { lon, lat } = this.acts.centre();
      this.put(lon, lat);
    };
    return h(
      "article",
      { class: "card desk-card", id: "report-card" },
      head(t("dk.report.title"), null, () => this.acts.close()),
      h(
        "form",
        { class: "report-form", id: "report-form", autocomplete: "off", onsubmit: send },
        field(t("dk.report.matter"), this.matter),
        field(t("dk.report.address"), this.address),
        this.candidates,
        h("div", { class: "field" }, h("h3", {}, t("dk.report.place")), h("p", { class: "muted" }, t("dk.report.placeHint")), this.place, button(t("dk.report.centre"), centre, { id: "report-centre" })),
        field(t("dk.report.description"), this.description),
        field(t("dk.report.photos"), this.photos),
        field(t("dk.report.contact"), this.contact),
        field(t("dk.report.source"), this.source),
        this.failed,
        h("div", { class: "row" }, this.submit, button(t("dk.report.discard"), () => this.acts.discard(), { id: "report-discard" })),
      ),
    );
  }

  /** Whether anything of it was written that would be missed. */
  isBegun(): boolean {
    const written = [this.matter, this.address, this.description, this.contact].some(({ value }) => value.trim() !== "");
    return written || this.point !== null || (this.photos.files?.length ?? 0) > 0;
  }

  /** Draws its pin again, where the form comes back. */
  showPoint(): void {
    if (this.point) this.acts.mark(this.point);
  }

  /** Takes a place of the map. */
  put(lon: number, lat: number): void {
    this.point = { lon, lat };
    this.acts.mark(this.point);
    const point = formatPoint(lon, lat);
    this.place.textContent = point;
    void this.locating.run(
      (signal) => locate(lon, lat, "cgcs2000", signal),
      ({ grid }) => this.place.replaceChildren(point, " · ", grid ? name(grid.name) : t("dk.noGrid")),
      () => undefined,
    );
  }

  private findSoon(): void {
    clearTimeout(this.timer);
    this.finding.cancel(); // what was asked for is not what stands there now
    const wanted = this.address.value.trim();
    if (wanted.length < SHORTEST_ADDRESS) return this.offer([]);
    this.timer = window.setTimeout(() => {
      void this.finding.run((signal) => findAddresses(wanted, signal), (found) => this.offer(found), () => this.offer([]));
    }, PAUSE_MS);
  }

  private offer(found: readonly AddressFound[]): void {
    const one = (each: AddressFound): HTMLElement => {
      const take = (): void => {
        clearTimeout(this.timer);
        this.finding.cancel();
        this.address.value = each.name;
        this.offer([]);
        this.put(each.lon, each.lat);
        this.acts.show(each.lon, each.lat);
        this.address.focus();
      };
      return h("li", {}, h("button", { type: "button", class: "unit-button", onclick: take }, name(each.name), h("span", { class: "muted" }, name(each.path), ` · ${t("dk.report.sure", { share: share(each.confidence) })}`)));
    };
    const heading = found.length > 0 ? [h("li", { class: "muted" }, t("dk.report.candidates"))] : [];
    this.candidates.replaceChildren(...heading, ...found.map(one));
  }

  private async send(): Promise<void> {
    const missing = this.missing();
    this.failed.textContent = missing ?? "";
    if (missing !== null || this.point === null) return;
    this.submit.disabled = true;
    this.submit.textContent = t("dk.report.sending");
    try {
      const { taken, isEarlier } = await this.reporting.send(this.form(this.point));
      if (isEarlier) this.failed.textContent = t("dk.report.earlier", { no: taken.no });
      else this.acts.done(taken);
    } catch (error) {
      this.failed.textContent = said(error).text + (isLost(error) ? ` ${t("dk.report.kept")}` : "");
    } finally {
      this.submit.disabled = false;
      this.submit.textContent = t("dk.report.send");
    }
  }

  private missing(): string | null {
    if (this.matter.value === "") return t("dk.report.needMatter");
    if (this.point === null) return t("dk.report.needPlace");
    return (this.photos.files?.length ?? 0) > MOST_PHOTOS ? t("refusal.too_many_photos") : null;
  }

  private form({ lon, lat }: { lon: number; lat: number }): FormData {
    const form = new FormData();
    const values = { matter: this.matter.value, lon: lon.toFixed(7), lat: lat.toFixed(7), datum: "cgcs2000", source: this.source.value };
    const words = { address: this.address.value.trim(), description: this.description.value.trim(), contact: this.contact.value.trim() };
    for (const [key, value] of Object.entries({ ...values, ...words })) if (value !== "") form.append(key, value);
    for (const photo of this.photos.files ?? []) form.append("photo", photo);
    return form;
  }
}
