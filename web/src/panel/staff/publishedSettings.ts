/** What stands on every board and on the public page beside the grid's own: supervision phone, how to report, review number. */
import { getPlaceSettings, putSetting, type PlaceSetting } from "../../api/settings";
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import { allowsSomewhere } from "../../workbench/session";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { button, fillBox, working } from "../workbench/parts";
import { askFor, askText, type Asked, type Given } from "./asking";
import type { Surroundings } from "./view";

type Both = { readonly zh: string; readonly en: string };

interface Published {
  readonly key: string;
  readonly label: "st.supervisionPhone" | "st.howToReport" | "st.reviewNumber";
  readonly isPair: boolean;
  readonly longest: number;
}

const PUBLISHED: readonly Published[] = [
  { key: "publication.supervision_phone", label: "st.supervisionPhone", isPair: false, longest: 30 },
  { key: "publication.how_to_report", label: "st.howToReport", isPair: true, longest: 200 },
  { key: "publication.review_number", label: "st.reviewNumber", isPair: false, longest: 60 },
];

export class PublishedSettings {
  readonly element: HTMLDetailsElement = h("details", { class: "published", id: "published" });
  private readonly latest = new Latest();
  private place = "";
  private settings: ReadonlyMap<string, PlaceSetting> | null = null;
  private failure: unknown = null;

  constructor(
    private readonly around: Surroundings,
    private readonly changed: () => void,
  ) {}

  open(place: string): void {
    this.place = place.slice(0, 12);
    this.settings = null;
    this.load();
  }

  private load(): void {
    this.failure = null;
    void this.latest.run(
      (signal) => getPlaceSettings(this.place, signal),
      (settings) => {
        this.settings = new Map(settings.map((one) => [one.key, one]));
        this.render();
      },
      (error) => {
        this.failure = error;
        this.render();
      },
    );
  }

  render(): void {
    const summary = h("summary", { id: "published-summary" }, t("st.published"));
    if (this.failure !== null) return fillBox(this.element, summary, h("p", { class: "problem" }, said(this.failure).text), button(t("error.retry"), () => this.load()));
    if (this.settings === null) return fillBox(this.element, summary, working(t("st.loading")));
    fillBox(this.element, summary, h("p", { class: "muted" }, t("st.publishedText")), h("dl", { class: "facts" }, ...PUBLISHED.map((one) => this.line(one))));
  }

  private line(one: Published): HTMLElement {
    const setting = this.settings?.get(one.key);
    const value = setting?.value ?? null;
    const shown = value === null || value === "" ? h("span", { class: "muted" }, t("st.notSet")) : typeof value === "string" ? h("span", {}, value) : pair(value as Both);
    const from = setting?.set_for ? h("span", { class: "under" }, t("st.setFor", { code: setting.set_for })) : null;
    const edit = allowsSomewhere(this.around.signedIn.session.get().grants, "settings.edit") ? button(t("st.change"), () => this.askValue(one), { id: `set-${one.key.split(".")[1]}` }) : null;
    return h("div", { class: "fact", "data-key": one.key }, h("dt", {}, t(one.label)), h("dd", {}, shown, from ?? "", edit ?? ""));
  }

  private askValue(one: Published): void {
    const value = this.settings?.get(one.key)?.value ?? null;
    const both = (typeof value === "object" && value !== null ? value : { zh: "", en: "" }) as Both;
    const text = typeof value === "string" ? value : "";
    const asked: Asked[] = one.isPair
      ? [askText("zh", t("st.inChinese"), { value: both.zh, longest: one.longest, required: false }), askText("en", t("st.inEnglish"), { value: both.en, longest: one.longest, required: false })]
      : [askText("value", t(one.label), { value: text, longest: one.longest, required: false })];
    askFor({
      title: t(one.label),
      text: t("st.setText"),
      asked,
      yes: t("wb.save"),
      send: async (given) => {
        await this.around.signedIn.withToken((csrf) => putSetting(one.key, valueOf(one, given), this.place, csrf));
        this.around.say(() => t("st.settingChanged"));
        this.load();
        this.changed();
      },
    });
  }
}

/** Nothing takes back what is set for the place. */
function valueOf(one: Published, given: Given): unknown {
  if (one.isPair) return given["zh"] || given["en"] ? { zh: given["zh"], en: given["en"] } : null;
  return given["value"] || null;
}

function pair({ zh, en }: Both): HTMLElement {
  return h("span", {}, name(zh), en && h("span", { class: "under", lang: "en" }, en));
}
