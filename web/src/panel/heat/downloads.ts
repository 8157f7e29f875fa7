/** The same numbers as files. */
import { heatFile, type Bbox, type HeatQuery } from "../../api/endpoints";
import { language, t } from "../../i18n/i18n";
import { byId, h } from "../dom";
import { filters } from "../state";

const FORMATS = ["csv", "pdf", "png"] as const;

export function renderDownloads(view: { bbox: Bbox; zoom: number } | null, query: HeatQuery | null): void {
  const box = byId("heat-files");
  box.hidden = view === null || query === null;
  if (!view || !query) return box.replaceChildren();
  const { look, measure } = filters.get();
  const style = look === "units" ? measure : look === "smooth" ? "smooth" : "bins";
  const links = FORMATS.map((format) =>
    h("a", { class: "button", id: `heat-${format}`, href: heatFile(view.bbox, view.zoom, query, { format, style, lang: language.get() }), download: `heat.${format}` }, format.toUpperCase()),
  );
  box.replaceChildren(h("h2", {}, t("heat.files")), h("div", { class: "row" }, ...links));
}
